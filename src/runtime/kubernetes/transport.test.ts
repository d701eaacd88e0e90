import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { KubernetesError, type KubernetesTransport } from './kubernetes.ts';
import { createTransport } from './transport.ts';

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const step of undo.splice(0).reverse()) await step();
});

async function listening(handler: Handler): Promise<{ server: Server; url: string; sockets: () => number }> {
  let sockets = 0;
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    handler(request, response, body);
  });
  server.on('connection', () => {
    sockets += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  undo.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return { server, url: `http://127.0.0.1:${port}`, sockets: () => sockets };
}

async function connected(url: string, user: object | ((directory: string) => object) = { token: 'secret' }) {
  const directory = await mkdtemp(join(tmpdir(), 'transport-'));
  undo.push(() => rm(directory, { recursive: true }));
  const path = join(directory, 'kubeconfig');
  const cluster = { server: url, 'insecure-skip-tls-verify': true };
  await writeFile(
    path,
    stringify({
      clusters: [{ name: 'c', cluster }],
      users: [{ name: 'u', user: typeof user === 'function' ? user(directory) : user }],
      contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
      'current-context': 'x',
    }),
  );
  const clock = new VirtualClock();
  const transport = createTransport({
    kubeconfig: path,
    clock,
    logger: recordingLogger(),
    userAgent: 'mooring/0.0.0',
  });
  undo.push(() => transport.close());
  return { transport, clock, directory };
}

const json = (response: ServerResponse, body: unknown, status = 200) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

async function failureOf(action: Promise<unknown>): Promise<KubernetesError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof KubernetesError) return error;
  throw new Error(`no KubernetesError: ${error}`);
}

async function read(
  transport: KubernetesTransport,
  signal = new AbortController().signal,
): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of transport.watch({ path: '/things', query: {}, signal })) events.push(event);
  return events;
}

describe('a request', () => {
  it('carries path, query, body, content type, token and user agent', async () => {
    const seen: unknown[] = [];
    const { url } = await listening(({ method, url, headers }, response, body) => {
      const { authorization, 'user-agent': agent, 'content-type': type } = headers;
      seen.push({ method, url, authorization, agent, type, body });
      json(response, { ok: true }, 201);
    });
    const { transport } = await connected(`${url}/under/a/path`);
    const reply = await transport.request({
      method: 'PATCH',
      path: '/api/v1/things/a',
      query: { fieldManager: 'mooring', force: true, limit: undefined },
      body: { spec: {} },
      contentType: 'application/merge-patch+json',
    });
    expect(reply).toMatchObject({ status: 201, body: { ok: true } });
    expect(seen).toEqual([
      {
        method: 'PATCH',
        url: '/under/a/path/api/v1/things/a?fieldManager=mooring&force=true',
        authorization: 'Bearer secret',
        agent: 'mooring/0.0.0',
        type: 'application/merge-patch+json',
        body: '{"spec":{}}',
      },
    ]);
  });

  it('resolves with any status, and with text that is no JSON', async () => {
    const { url } = await listening((_, response) => response.writeHead(503).end('<html>busy</html>'));
    const { transport } = await connected(url);
    expect(await transport.request({ method: 'GET', path: '/' })).toMatchObject({
      status: 503,
      body: '<html>busy</html>',
    });
  });

  it('shares 32 sockets among 200', async () => {
    const { url, sockets } = await listening((_, response) => setTimeout(() => json(response, {}), 5));
    const { transport } = await connected(url);
    await Promise.all(Array.from({ length: 200 }, () => transport.request({ method: 'GET', path: '/' })));
    expect(sockets()).toBeLessThanOrEqual(32);
  });

  it('tells a connection that never was from a reply that never came', async () => {
    const { url, server } = await listening((request) => request.socket.destroy());
    const { transport } = await connected(url);
    expect(await failureOf(transport.request({ method: 'POST', path: '/', body: {} }))).toMatchObject({
      status: 0,
      reason: 'NoReply',
    });
    await new Promise((resolve) => server.close(resolve));
    expect(await failureOf(transport.request({ method: 'POST', path: '/', body: {} }))).toMatchObject({
      status: 0,
      reason: 'NotSent',
    });
  });

  it('sends a GET again whose connection broke, and never a write', async () => {
    const seen: string[] = [];
    const { url } = await listening(({ method = '', socket }, response) => {
      seen.push(method);
      if (seen.length <= 2) socket.destroy();
      else json(response, {});
    });
    const { transport } = await connected(url);
    await failureOf(transport.request({ method: 'POST', path: '/', body: {} }));
    expect((await transport.request({ method: 'GET', path: '/' })).status).toBe(200);
    expect(seen).toEqual(['POST', 'GET', 'GET']);
  });

  it('gives up after 60 s, and at once when its signal is aborted', async () => {
    const asked = Promise.withResolvers<void>();
    const { url } = await listening(() => asked.resolve());
    const { transport, clock } = await connected(url);
    const late = failureOf(transport.request({ method: 'GET', path: '/' }));
    await asked.promise;
    await clock.advance(60_000);
    expect(await late).toMatchObject({ reason: 'NoReply', message: 'GET /: no reply within 60 s' });

    const abort = new AbortController();
    const given = transport.request({ method: 'GET', path: '/', signal: abort.signal });
    abort.abort(new Error('no more'));
    await expect(given).rejects.toThrow('no more');
    expect(clock.pending).toBe(0);
  });
});

describe('credentials', () => {
  it('are read again at a 401, and not for every request that stays refused', async () => {
    const tokens: (string | undefined)[] = [];
    const { url } = await listening(({ headers: { authorization } }, response) => {
      tokens.push(authorization);
      json(response, {}, authorization === 'Bearer good' ? 200 : 401);
    });
    const { transport, clock, directory } = await connected(url, { tokenFile: 'token' });
    const status = async () => (await transport.request({ method: 'GET', path: '/' })).status;
    await writeFile(join(directory, 'token'), 'bad\n');
    expect([await status(), await status()]).toEqual([401, 401]);
    expect(tokens).toEqual(Array(3).fill('Bearer bad'));
    await writeFile(join(directory, 'token'), 'good\n');
    await clock.advance(5_000);
    expect([await status(), await status()]).toEqual([200, 200]);
    expect(tokens.slice(3)).toEqual(['Bearer bad', 'Bearer good', 'Bearer good']);
  });

  it('are read again after a minute; the old ones serve on while that fails', async () => {
    const { url } = await listening(({ headers }, response) => json(response, headers.authorization));
    const { transport, clock, directory } = await connected(url, { tokenFile: 'token' });
    const token = async () => (await transport.request({ method: 'GET', path: '/' })).body;
    expect((await failureOf(token())).reason).toBe('NotSent');
    await writeFile(join(directory, 'token'), 'one');
    expect(await token()).toBe('Bearer one');
    await rm(join(directory, 'token'));
    vi.setSystemTime(Date.now() + 120_000);
    await clock.advance(60_000);
    expect(await token()).toBe('Bearer one');
    await writeFile(join(directory, 'token'), 'two');
    vi.setSystemTime(Date.now() + 120_000);
    await clock.advance(60_000);
    expect(await token()).toBe('Bearer two');
  });

  it('of an exec plugin are got once by many requests, and anew at a 401', async () => {
    let valid = 'Bearer token-1';
    const { url } = await listening(({ headers: { authorization } }, response) =>
      json(response, {}, authorization === valid ? 200 : 401),
    );
    const plugin = `echo run >> "$0/runs"; sleep 0.05
      echo '{"kind":"ExecCredential","status":{"token":"token-'$(wc -l < "$0/runs" | tr -d " ")'"}}'`;
    const { transport } = await connected(url, (directory) => ({
      exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'sh', args: ['-c', plugin, directory] },
    }));
    const statuses = () =>
      Promise.all(
        Array.from(
          { length: 20 },
          async () => (await transport.request({ method: 'GET', path: '/' })).status,
        ),
      );
    expect(new Set(await statuses())).toEqual(new Set([200]));
    valid = 'Bearer token-2';
    expect(new Set(await statuses())).toEqual(new Set([200]));
  });
});

describe('a watch', () => {
  it('yields a line each, whatever the chunks, and returns when the server ends it', async () => {
    const lines = ['{"type":"ADDED","name":"Zürich"}', '{"type":"BOOKMARK"}'].join('\n');
    const bytes = Buffer.from(`${lines}\n`);
    const single = Array.from(bytes, (byte) => Buffer.from([byte]));
    const { url } = await listening((_, response) => Readable.from(single).pipe(response));
    const { transport } = await connected(url);
    expect(await read(transport)).toEqual([{ type: 'ADDED', name: 'Zürich' }, { type: 'BOOKMARK' }]);
  });

  it('throws when it is refused, cut, or garbled', async () => {
    const answers: Handler[] = [
      (_, response) =>
        response
          .writeHead(429, { 'retry-after': '7' })
          .end(JSON.stringify({ reason: 'TooManyRequests', code: 429, message: 'slow down' })),
      (_, response) => response.end('{"type":"ADDED"}\n{"type":'),
      (_, response) => response.end('no json\n'),
      ({ socket }, response) => {
        response.write('{"type":"ADDED"}\n');
        setTimeout(() => socket.destroy(), 20);
      },
    ];
    const { url } = await listening((...call) => answers.shift()?.(...call));
    const { transport } = await connected(url);
    expect(await failureOf(read(transport))).toMatchObject({
      status: 429,
      retryAfterSeconds: 7,
      message: 'slow down',
    });
    expect((await failureOf(read(transport))).message).toContain('in the middle of an event');
    expect((await failureOf(read(transport))).message).toContain('no JSON');
    expect(await failureOf(read(transport))).toMatchObject({ status: 0, reason: 'NoReply' });
  });

  it('ends at once when its signal is aborted', async () => {
    const opened = Promise.withResolvers<void>();
    const { url } = await listening((_, response) => {
      response.flushHeaders();
      opened.resolve();
    });
    const { transport } = await connected(url);
    const abort = new AbortController();
    const reading = read(transport, abort.signal);
    await opened.promise;
    abort.abort(new Error('no more'));
    await expect(reading).rejects.toThrow('no more');
  });
});
