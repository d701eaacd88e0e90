/**
 * The way to the API server.
 *
 * Guarantees:
 * - client-node reads the kubeconfig and authenticates; connections are ours: at most `maxSockets` (32) for
 *   all requests together, kept and used again, and one for each watch. (client-node itself opens a new
 *   one for every request.)
 * - A 401 is answered once by reading the credentials again; what is then refused is refused.
 * - A request ends after 60 s at the latest, waiting for a socket included. A watch has no such end.
 * - A write is sent at most once after it may have reached the server. A GET that died on a kept connection
 *   which the server had just closed is sent a second time.
 */
import type { Dispatcher } from 'undici';
import type { Clock, Logger } from '../../core/ports.ts';
import { type Connection, createConnections } from './connection.ts';
import type { KubeconfigSource } from './credentials.ts';
import { jsonLines } from './json-lines.ts';
import {
  isAmbiguous,
  type KubernetesReply,
  type KubernetesRequest,
  type KubernetesTransport,
  type Query,
  type WatchRequest,
} from './kubernetes.ts';
import { translated, wasReset } from './no-reply.ts';
import { errorOfReply } from './status-error.ts';

export interface TransportOptions extends KubeconfigSource {
  readonly clock: Clock;
  readonly logger: Logger;
  /** `mooring/<version>`. */
  readonly userAgent: string;
  /** Sockets for requests, at most: 32 unless said. */
  readonly maxSockets?: number;
}

const REQUEST_TIMEOUT = 60_000;

export function createTransport(options: TransportOptions): KubernetesTransport {
  const { clock, userAgent } = options;
  const connections = createConnections({ maxSockets: 32, ...options });

  const authenticated = async <R extends { readonly status: number }>(
    send: (connection: Connection) => Promise<R>,
    discard?: (reply: R) => void,
  ): Promise<R> => {
    const connection = await connections.current();
    const reply = await send(connection);
    if (reply.status !== 401) return reply;
    const renewed = await connections.renew(connection);
    if (renewed === connection) return reply;
    discard?.(reply);
    return send(renewed);
  };

  const send = (connection: Connection, request: KubernetesRequest): Promise<KubernetesReply> =>
    limited(clock, request, async (signal) => {
      const response = await dispatch(connection, connection.requests, request, userAgent, signal);
      return { ...response, body: parsed(await response.body.text()) };
    });

  return {
    request: (request) =>
      authenticated(async (connection) => {
        try {
          return await send(connection, request);
        } catch (error) {
          if (request.method !== 'GET' || !isAmbiguous(error) || !wasReset(error)) throw error;
          return await send(connection, request);
        }
      }),

    async *watch({ path, query, signal }: WatchRequest) {
      const request: KubernetesRequest = { method: 'GET', path, query: { ...query, watch: true }, signal };
      try {
        const open = (connection: Connection) =>
          dispatch(connection, connection.watches, request, userAgent, signal);
        const response = await authenticated(open, ({ body }) => body.destroy());
        if (response.status !== 200) {
          throw errorOfReply({ ...response, body: parsed(await response.body.text()) });
        }
        yield* jsonLines(response.body);
      } catch (error) {
        throw translated(error, request);
      }
    },

    close: () => connections.close(),
  };
}

interface Response {
  readonly status: number;
  readonly headers: KubernetesReply['headers'];
  readonly body: Dispatcher.ResponseData['body'];
}

async function dispatch(
  { credentials }: Connection,
  dispatcher: Dispatcher,
  request: KubernetesRequest,
  userAgent: string,
  signal: AbortSignal,
): Promise<Response> {
  const { statusCode, headers, body } = await dispatcher.request({
    origin: credentials.origin,
    path: credentials.basePath + request.path + queryString(request.query),
    method: request.method,
    headers: {
      ...credentials.headers,
      accept: request.accept ?? 'application/json',
      'user-agent': userAgent,
      ...(request.body !== undefined && { 'content-type': request.contentType ?? 'application/json' }),
    },
    body: request.body === undefined ? null : JSON.stringify(request.body),
    signal,
  });
  const flat = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return { status: statusCode, headers: Object.fromEntries(flat), body };
}

/** Runs `send` under the caller's signal and the request's time limit, and translates what it throws. */
async function limited<R>(
  clock: Clock,
  request: KubernetesRequest,
  send: (signal: AbortSignal) => Promise<R>,
): Promise<R> {
  const { signal } = request;
  const abort = new AbortController();
  const follow = () => abort.abort(signal?.reason);
  if (signal?.aborted) follow();
  signal?.addEventListener('abort', follow, { once: true });
  const timer = clock.after(REQUEST_TIMEOUT, () =>
    abort.abort(new Error(`no reply within ${REQUEST_TIMEOUT / 1000} s`)),
  );
  try {
    return await send(abort.signal);
  } catch (error) {
    throw translated(error, request);
  } finally {
    timer.cancel();
    signal?.removeEventListener('abort', follow);
  }
}

function queryString(query: Query = {}): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) given.set(name, String(value));
  }
  return given.size === 0 ? '' : `?${given}`;
}

function parsed(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
