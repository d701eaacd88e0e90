import { messageOf } from '../../core/errors.ts';
import { KubernetesError, type KubernetesRequest } from './kubernetes.ts';

/**
 * What to throw for a request that got no reply: the signal's reason when the caller gave it up, else a
 * KubernetesError of status 0 that tells whether the request can have reached the server.
 */
export function translated(error: unknown, { method, path, signal }: KubernetesRequest): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof KubernetesError) return error;
  return new KubernetesError({
    status: 0,
    reason: NOT_SENT.has(codeOf(error) ?? '') ? 'NotSent' : 'NoReply',
    message: `${method} ${path}: ${messageOf(error) || codeOf(error)}`,
    cause: error,
  });
}

/** Failures before there was a connection: nothing can have reached the server. */
const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'UND_ERR_CLOSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_PRX_TLS',
  'UND_ERR_PRX_CONN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const RESETS: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE']);
/** A connection that broke; on a kept one usually because the server had closed it in the same moment. */
export const wasReset = (error: unknown): boolean =>
  error instanceof Error && RESETS.has(codeOf(error.cause) ?? '');

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
