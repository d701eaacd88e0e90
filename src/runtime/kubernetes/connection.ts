import type { KubeConfig } from '@kubernetes/client-node';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { messageOf } from '../../core/errors.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import {
  type Credentials,
  type KubeconfigSource,
  loadKubeConfig,
  readCredentials,
  sameConnection,
} from './credentials.ts';
import { KubernetesError } from './kubernetes.ts';

export interface Connection {
  readonly credentials: Credentials;
  readonly requests: Dispatcher;
  readonly watches: Dispatcher;
}

export interface Connections {
  /** The connection to use now. Throws a KubernetesError (`NotSent`) while there are no credentials. */
  current(): Promise<Connection>;
  /** After a 401: another connection when there may be better credentials, else the refused one. */
  renew(refused: Connection): Promise<Connection>;
  close(): Promise<void>;
}

export interface ConnectionsOptions extends KubeconfigSource {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Sockets for requests, at most. */
  readonly maxSockets: number;
}

/** As client-go reads token files; the kubelet writes a new token long before the old one expires. */
const REREAD_AFTER = 60_000;
/** An identity that stays refused must not run its exec plugin for every request. */
const RENEW_AFTER = 5_000;

/**
 * Guarantees:
 * - One pool for all requests and one agent for all watches, as long as server, CA and client certificate
 *   stay the same; when one changes (a rotated CA) new ones take over, and the old ones end with the last
 *   request they carry.
 * - Files are read again after a minute; at a 401 everything is, from the kubeconfig on.
 * - However many ask at once, credentials are read (and an exec plugin is run) once.
 * - A re-read that fails changes nothing: the old credentials serve on, and a warning says so.
 */
export const createConnections = (options: ConnectionsOptions): Connections => new SharedConnections(options);

class SharedConnections implements Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Set<Dispatcher>();
  #config: KubeConfig | undefined;
  #connection: Connection | undefined;
  #readAt = 0;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<Connection> | undefined;
  #renewing: Promise<Connection> | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  async current(): Promise<Connection> {
    const fresh = this.#since(this.#readAt) < REREAD_AFTER;
    return this.#connection && fresh ? this.#connection : this.#readOnce(false);
  }

  async renew(refused: Connection): Promise<Connection> {
    if (this.#connection && this.#connection !== refused) return this.#connection;
    if (this.#renewing) return this.#renewing;
    if (this.#since(this.#renewedAt) < RENEW_AFTER) return refused;
    this.#renewedAt = this.#options.clock.now();
    this.#renewing = this.#readOnce(true).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open].map((each) => each.destroy()));
  }

  /** Milliseconds; a clock that was set back counts as time that has passed. */
  #since(time: number): number {
    return Math.abs(this.#options.clock.now() - time);
  }

  #readOnce(afresh: boolean): Promise<Connection> {
    if (this.#reading) return afresh ? this.#reading.then(() => this.#readOnce(true)) : this.#reading;
    this.#reading = this.#read(afresh).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(afresh: boolean): Promise<Connection> {
    const { clock, logger } = this.#options;
    try {
      if (afresh || !this.#config) this.#config = loadKubeConfig(this.#options);
      this.#connection = this.#connect(await readCredentials(this.#config));
    } catch (cause) {
      const error = messageOf(cause);
      const message = `reading the Kubernetes credentials: ${error}`;
      if (!this.#connection) throw new KubernetesError({ status: 0, reason: 'NotSent', message, cause });
      logger.warn({ error }, 'the Kubernetes credentials could not be read again; the old ones serve on');
    }
    this.#readAt = clock.now();
    return this.#connection;
  }

  #connect(credentials: Credentials): Connection {
    const known = this.#connection;
    if (known && sameConnection(known.credentials, credentials)) return { ...known, credentials };
    if (known) this.#retire(known.requests, known.watches);
    const { maxSockets } = this.#options;
    const requests = dispatcher(credentials, { connections: maxSockets, bodyTimeout: 30_000 });
    const watches = dispatcher(credentials, { connections: null, bodyTimeout: 0 });
    this.#open.add(requests).add(watches);
    return { credentials, requests, watches };
  }

  #retire(...dispatchers: Dispatcher[]): void {
    for (const old of dispatchers) {
      old.close().then(
        () => this.#open.delete(old),
        (error: unknown) =>
          this.#options.logger.debug({ error: messageOf(error) }, 'a retired connection pool did not close'),
      );
    }
  }
}

/**
 * HTTP/1.1 rather than 2: in speed they are the same (1,500 patches, 50 at a time: 480 to 550 a second
 * against 440 to 660), and a connection that hangs then stops one request and not all of them.
 */
function dispatcher(
  { proxyUrl, tls }: Credentials,
  limits: { readonly connections: number | null; readonly bodyTimeout: number },
): Dispatcher {
  const connect = { ...tls, keepAlive: true, keepAliveInitialDelay: 30_000, timeout: 10_000 };
  // The API server closes idle connections after 90 s; closing first avoids writing into a closing one.
  const options = { ...limits, allowH2: false, headersTimeout: 30_000, keepAliveTimeout: 60_000 };
  if (proxyUrl === undefined) return new Agent({ ...options, connect });
  return new ProxyAgent({ ...options, uri: proxyUrl, requestTls: connect });
}
