import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { selfSigned } from '../../../test/support/self-signed.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { type Certificate, readCertificate, rereadAfter } from './certificate.ts';
import { type HttpServer, startHttpServer } from './http-server.ts';

const first = selfSigned();
const second = selfSigned();

let directory: string;
let server: HttpServer | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'certificate-'));
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await rm(directory, { recursive: true });
});

async function put({ cert, key }: Certificate): Promise<void> {
  await writeFile(join(directory, 'tls.crt'), cert);
  await writeFile(join(directory, 'tls.key'), key);
}

async function serve(clock: VirtualClock, logger = recordingLogger()): Promise<HttpServer> {
  const pages = { '/hello': () => ({ status: 200, contentType: 'text/plain', body: 'hello' }) };
  server = await startHttpServer({ address: '127.0.0.1:0', pages, tls: { directory, clock }, logger });
  if (!server) throw new Error('not listening');
  return server;
}

/** What a client hears that trusts only `ca`, on a connection of its own. */
async function ask(address: string, ca: string, scheme = 'https'): Promise<string> {
  const dispatcher = new Agent({ connect: { ca } });
  try {
    const { body } = await request(`${scheme}://${address}/hello`, { dispatcher });
    return await body.text();
  } finally {
    await dispatcher.close();
  }
}

describe('a server with a certificate', () => {
  it('speaks HTTPS, and nothing else', async () => {
    await put(first);
    const { address } = await serve(new VirtualClock());
    expect(await ask(address, first.cert)).toBe('hello');
    await expect(ask(address, second.cert)).rejects.toThrow('self-signed certificate');
    await expect(ask(address, first.cert, 'http')).rejects.toThrow();
  });

  it('takes a renewed one without a restart', async () => {
    await put(first);
    const clock = new VirtualClock();
    const { address } = await serve(clock);
    await put(second);
    expect(await ask(address, first.cert)).toBe('hello');
    await clock.advance(rereadAfter);
    expect(await ask(address, second.cert)).toBe('hello');
    await expect(ask(address, first.cert)).rejects.toThrow('self-signed certificate');
  });

  it('serves on with the one it has while the pair is half written or gone, and warns', async () => {
    await put(first);
    const clock = new VirtualClock();
    const logger = recordingLogger();
    const { address } = await serve(clock, logger);
    await writeFile(join(directory, 'tls.crt'), second.cert);
    await clock.advance(rereadAfter);
    await rm(join(directory, 'tls.key'));
    await clock.advance(rereadAfter);
    expect(await ask(address, first.cert)).toBe('hello');
    expect(logger.lines.map(({ level, message }) => [level, message])).toEqual([
      ['warn', 'certificate not renewed'],
      ['warn', 'certificate not renewed'],
    ]);
    await put(second);
    await clock.advance(rereadAfter);
    expect(await ask(address, second.cert)).toBe('hello');
  });

  it('looks no more once it is closed', async () => {
    await put(first);
    const clock = new VirtualClock();
    await (await serve(clock)).close();
    expect(clock.pending).toBe(0);
  });
});

describe('readCertificate', () => {
  const needed = 'must have a certificate in tls.crt and its key in tls.key';

  it.each([
    ['nothing is there', {}],
    ['the key is another certificate’s', { 'tls.crt': first.cert, 'tls.key': second.key }],
    ['it is no PEM', { 'tls.crt': 'hello', 'tls.key': first.key }],
  ])('refuses where %s', async (_, files) => {
    for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
    expect(() => readCertificate(directory)).toThrow(`${directory} ${needed}`);
    await expect(serve(new VirtualClock())).rejects.toThrow(needed);
  });
});
