import { createHash } from 'node:crypto';

/** What `url` answers. Rejects, naming it, where it cannot be reached in time or answers with an error. */
export async function download(url: string, timeoutMs: number): Promise<Buffer> {
  const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) }).catch((error: unknown) => {
    throw new Error(`${new URL(url).host} cannot be reached`, { cause: error });
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

/** `archive` itself. `sums` as sha256sum prints them. */
export function checkedArchive(name: string, archive: Buffer, sums: string): Buffer {
  const line = sums.split('\n').find((text) => text.endsWith(`  ${name}`));
  if (!line) throw new Error(`no checksum of ${name} is published`);
  const sha256 = createHash('sha256').update(archive).digest('hex');
  if (line.split(' ')[0] !== sha256) throw new Error(`${name} has the wrong checksum`);
  return archive;
}
