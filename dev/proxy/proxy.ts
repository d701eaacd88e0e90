import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Reply } from './call.ts';
import type { ProxyControl } from './control.ts';
import { CONTROL_PREFIX, controlServer } from './control-server.ts';
import { Engine } from './engine.ts';
import { localControl } from './local-control.ts';

export interface ProxyOptions {
  /** The emulator, `http://127.0.0.1:5000`. */
  readonly upstream: string;
  /** A free one when not given. */
  readonly port?: number;
}

export interface ProxyServer {
  /** The AWS endpoint to use; control is below `/_proxy/` of it. */
  readonly url: string;
  readonly control: ProxyControl;
  stop(): Promise<void>;
}

/** The HTTP proxy in front of the AWS emulator. See control.ts for what it does on demand, overlays/ for what always. */
export async function startProxy({ upstream, port = 0 }: ProxyOptions): Promise<ProxyServer> {
  const engine = new Engine(upstream);
  const control = localControl(engine);
  const steer = controlServer(control);
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 0 }, (request, response) => {
    const isControl = request.url?.startsWith(CONTROL_PREFIX) ?? false;
    const done = isControl ? answerControl(steer, request, response) : answerCall(engine, request, response);
    done.catch(() => request.socket.destroy());
  });
  const url = await listen(server, port);
  return {
    url,
    control,
    async stop() {
      engine.holds.decide('drop');
      server.closeAllConnections();
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      await promise;
      await engine.upstream.close();
    },
  };
}

async function answerCall(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await readBody(request);
  const { method = 'POST', url = '/', rawHeaders, socket } = request;
  const http = { method, path: url, headers: rawHeaders, body };
  const outcome = await engine.answer(http, () => socket.destroyed);
  if (outcome === 'cut') socket.destroy();
  else if (outcome !== 'silence') send(response, outcome);
}

async function answerControl(
  steer: ReturnType<typeof controlServer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await steer(request.url ?? '', (await readBody(request)).toString('utf8'));
  const headers = { 'content-type': 'application/json' };
  send(response, { status: answer.status, headers, body: Buffer.from(JSON.stringify(answer.body)) });
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, reply: Reply): void {
  if (response.destroyed) return;
  response.writeHead(reply.status, { ...reply.headers, 'content-length': String(reply.body.length) });
  response.end(reply.body);
}

async function listen(server: Server, port: number): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen(port, '127.0.0.1', resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no TCP address');
  return `http://127.0.0.1:${address.port}`;
}
