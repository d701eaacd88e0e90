import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { messageOf } from '../../core/errors.ts';
import type { Logger } from '../../core/ports.ts';
import { formatAddress, parseListenAddress } from './address.ts';

/**
 * What kubelet and Prometheus ask of the process.
 *
 * Guarantees
 * - Only GET and HEAD are answered, only the paths given, and never with a request's own content.
 * - A page that throws is a 500 whose cause is in the log, and never ends the process.
 * - Once `close` has resolved the port is free and no connection is left, whatever the peers do.
 */

export interface Page {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export type Pages = Readonly<Record<string, (query: URLSearchParams) => Page | Promise<Page>>>;

export interface HttpServer {
  /** `host:port` as it was bound. */
  readonly address: string;
  close(): Promise<void>;
}

export interface HttpServerOptions {
  /** As {@link parseListenAddress} takes it. */
  readonly address: string;
  /** By path. */
  readonly pages: Pages;
  readonly logger: Logger;
}

const text = (status: number, body: string): Page => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
});

/**
 * Resolves once it listens; to undefined where the address says not to. Rejects with node's error when the
 * address cannot be bound, RangeError when it is none.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer | undefined> {
  const listen = parseListenAddress(options.address);
  if (!listen) return undefined;
  const server = createServer((request, response) => void answer(request, response, options));
  // A peer that sends its request a byte an hour is not waited for.
  server.requestTimeout = 10_000;
  server.headersTimeout = 10_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(listen, () => {
      server.off('error', reject);
      server.on('error', (error) => options.logger.warn({ error }, 'http server failed'));
      resolve();
    });
  });
  return { address: boundAddress(server), close: () => close(server) };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions) {
  const page = await pageFor(request, options);
  response.writeHead(page.status, {
    'content-type': page.contentType,
    'content-length': Buffer.byteLength(page.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(page.status === 405 ? { allow: 'GET, HEAD' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

async function pageFor(request: IncomingMessage, { pages, logger }: HttpServerOptions): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'only GET and HEAD\n');
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (!page) return text(404, 'not found\n');
  try {
    return await page(new URLSearchParams(query));
  } catch (error) {
    logger.error({ path, error: messageOf(error) }, 'page failed');
    return text(500, 'internal error\n');
  }
}

function boundAddress(server: Server): string {
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new TypeError('the server is not bound to a port');
  return formatAddress({ host: bound.address, port: bound.port });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    // The only error `close` gives is that the server was closed before.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
