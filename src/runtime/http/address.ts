/** Addresses to listen on, as Go's net package and the ecosystem's flags spell them. */

export interface ListenAddress {
  /** Absent: every interface. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port: number;
}

const maxPort = 65_535;

/**
 * `:8080`, `127.0.0.1:8080`, `[::1]:8080`, `127.0.0.1:0` (a free port). `0` and the empty text mean: do
 * not listen, and give undefined. Throws RangeError on anything else.
 */
export function parseListenAddress(text: string): ListenAddress | undefined {
  if (text === '' || text === '0') return undefined;
  const [, bracketed, plain, digits] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s]*)):([0-9]{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > maxPort) {
    throw new RangeError(`"${text}" is not an address such as :8080, 127.0.0.1:8080, [::1]:8080 or 0 (off)`);
  }
  const host = bracketed ?? plain;
  return host ? { host, port } : { port };
}

/** As a URL's authority. */
export const formatAddress = ({ host, port }: { host: string; port: number }): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
