import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { formatAddress, parseListenAddress } from './address.ts';
import { healthPages } from './health.ts';
import { type HttpServer, type Pages, startHttpServer } from './http-server.ts';

const silent = { debug() {}, info() {}, warn() {}, error() {} };
const running: HttpServer[] = [];

async function serve(pages: Pages, address = '127.0.0.1:0'): Promise<HttpServer> {
  const server = await startHttpServer({ address, pages, logger: silent });
  if (!server) throw new Error('not listening');
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const hello: Pages = { '/hello': () => ({ status: 200, contentType: 'text/plain', body: 'hello' }) };

describe('parseListenAddress', () => {
  it.each([
    [':8080', { port: 8080 }],
    ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
    ['localhost:9090', { host: 'localhost', port: 9090 }],
    ['[::1]:8081', { host: '::1', port: 8081 }],
    ['0', undefined],
    ['', undefined],
  ])('%s', (text, address) => {
    expect(parseListenAddress(text)).toEqual(address);
  });

  it.each(['8080', ':', ':65536', '::1:80', 'a b:80', ':80x', ':-1', 'http://x:80'])('refuses %s', (text) => {
    expect(() => parseListenAddress(text)).toThrow(`"${text}" is not an address such as`);
  });
});

describe('formatAddress', () => {
  it('brackets IPv6', () => {
    expect(formatAddress({ host: '::1', port: 80 })).toBe('[::1]:80');
    expect(formatAddress({ host: '127.0.0.1', port: 80 })).toBe('127.0.0.1:80');
  });
});

describe('the server', () => {
  it('does not listen at 0', async () => {
    expect(await startHttpServer({ address: '0', pages: hello, logger: silent })).toBeUndefined();
  });

  it('binds a free port and tells which', async () => {
    const { address } = await serve(hello);
    expect(address).toMatch(/^127\.0\.0\.1:[1-9][0-9]*$/);
    const reply = await fetch(`http://${address}/hello?a=b`);
    expect([reply.status, await reply.text()]).toEqual([200, 'hello']);
  });

  it('answers HEAD without a body', async () => {
    const { address } = await serve(hello);
    const reply = await fetch(`http://${address}/hello`, { method: 'HEAD' });
    expect([reply.status, reply.headers.get('content-length'), await reply.text()]).toEqual([200, '5', '']);
  });

  it.each([
    ['POST', '/hello', 405],
    ['GET', '/other', 404],
    ['GET', '/constructor', 404],
    ['GET', '/hello/../hello2', 404],
  ])('%s %s: %i', async (method, path, status) => {
    const { address } = await serve(hello);
    const reply = await fetch(`http://${address}${path}`, { method });
    expect(reply.status).toBe(status);
  });

  it('turns a page that throws into a 500 without its message', async () => {
    const { address } = await serve({
      '/': () => {
        throw new Error('inner detail');
      },
    });
    const reply = await fetch(`http://${address}/`);
    expect([reply.status, await reply.text()]).toEqual([500, 'internal error\n']);
  });

  it('reports an address that is taken', async () => {
    const { address } = await serve(hello);
    await expect(startHttpServer({ address, pages: hello, logger: silent })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('closes under a connection that is idle and one that never finishes its request', async () => {
    const server = await serve(hello);
    await fetch(`http://${server.address}/hello`);
    const port = Number(server.address.split(':')[1]);
    const socket = connect(port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => {});
    await new Promise((resolve) => socket.write('GET /hello HT', resolve));
    await server.close();
    await ended;
    await expect(fetch(`http://${server.address}/hello`)).rejects.toThrow();
  });
});

describe('health', () => {
  const pages = (synced: boolean) =>
    healthPages({
      live: {},
      ready: {
        informers: () => (synced ? undefined : 'elasticips not listed yet'),
        broken: () => {
          if (!synced) throw new Error('no\nluck');
          return undefined;
        },
      },
    });

  it.each([
    ['/healthz', false, 200, 'ok'],
    ['/healthz?verbose', false, 200, '[+]ping ok\nhealthz check passed\n'],
    ['/readyz', true, 200, 'ok'],
    ['/readyz', false, 503, 'failed: informers, broken'],
    [
      '/readyz?verbose',
      false,
      503,
      '[+]ping ok\n[-]informers failed: elasticips not listed yet\n[-]broken failed: no luck\nreadyz check failed\n',
    ],
    ['/readyz?verbose', true, 200, '[+]ping ok\n[+]informers ok\n[+]broken ok\nreadyz check passed\n'],
  ])('%s with informers synced %s: %i', async (path, synced, status, body) => {
    const { address } = await serve(pages(synced));
    const reply = await fetch(`http://${address}${path}`);
    expect([reply.status, await reply.text()]).toEqual([status, body]);
  });
});
