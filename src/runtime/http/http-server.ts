import {
  createServer,
  type Server as HttpServerOfNode,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:net';
import { messageOf } from '../../core/errors.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import { formatAddress, parseListenAddress } from './address.ts';
import type { Authorize, Verdict } from './authorization.ts';
import { followCertificate, readCertificate } from './certificate.ts';

/**
 * What kubelet and Prometheus ask of the process.
 *
 * Guarantees
 * - Only GET and HEAD are answered, only the paths given, and never with a request's own content.
 * - With `authorize`, who is not let in gets no page, and does not learn which there are.
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
  /** HTTPS, with the certificate in this directory (certificate.ts). Without: HTTP. */
  readonly tls?: { readonly directory: string; readonly clock: Clock } | undefined;
  /** Without: everyone may. */
  readonly authorize?: Authorize | undefined;
  readonly logger: Logger;
}

const text = (status: number, body: string): Page => ({
  status,
  contentType: 'text/plain; charset=utf-8',
  body,
});

/**
 * Resolves once it listens; to undefined where the address says not to. Rejects with node's error when the
 * address cannot be bound, RangeError when it is none, and where there is no certificate.
 */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer | undefined> {
  const listen = parseListenAddress(options.address);
  if (!listen) return undefined;
  const { server, unfollow } = created(
    options,
    (request, response) => void answer(request, response, options),
  );
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
  }).catch((error: unknown) => {
    unfollow();
    throw error;
  });
  return {
    address: boundAddress(server),
    close: () => {
      unfollow();
      return close(server);
    },
  };
}

function created({ tls, logger }: HttpServerOptions, listener: RequestListener) {
  if (!tls) return { server: createServer(listener), unfollow: () => {} };
  const { directory, clock } = tls;
  const certificate = readCertificate(directory);
  const server = createTlsServer(certificate, listener);
  const onRenewed = server.setSecureContext.bind(server);
  return { server, unfollow: followCertificate({ directory, certificate, onRenewed, clock, logger }) };
}

async function answer(request: IncomingMessage, response: ServerResponse, options: HttpServerOptions) {
  const page = await pageFor(request, options);
  response.writeHead(page.status, {
    'content-type': page.contentType,
    'content-length': Buffer.byteLength(page.body),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(page.status === 405 ? { allow: 'GET, HEAD' } : {}),
    ...(page.status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(request.method === 'HEAD' ? undefined : page.body);
}

/** RFC 9110, 15.5; 503 because asking again may help. */
const refusals: Readonly<Record<Exclude<Verdict, 'allowed'>, Page>> = {
  unauthenticated: text(401, 'a bearer token that the API server knows is needed\n'),
  forbidden: text(403, 'forbidden\n'),
  unknown: text(503, 'the API server could not be asked\n'),
};

async function pageFor(
  request: IncomingMessage,
  { pages, authorize, logger }: HttpServerOptions,
): Promise<Page> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'only GET and HEAD\n');
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const verdict = await authorize?.({ authorization: request.headers.authorization, path });
  if (verdict !== undefined && verdict !== 'allowed') return refusals[verdict];
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

function close(server: Pick<HttpServerOfNode, 'close' | 'closeAllConnections'>): Promise<void> {
  return new Promise((resolve) => {
    // The only error `close` gives is that the server was closed before.
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
