import { messageOf } from '../../core/errors.ts';
import type { Page, Pages } from './http-server.ts';

/**
 * `/healthz` and `/readyz`, in the words of the Kubernetes components
 * (https://kubernetes.io/docs/reference/using-api/health-checks/).
 *
 * Guarantees
 * - An answer of `/healthz` is itself the proof that the event loop turns; its checks are for what only a
 *   restart mends. AWS or the API server being away is none of those.
 * - Every check is asked on every request; one that throws has failed and hides no other.
 * - The short answer names the failed checks alone; why they failed is told with `?verbose`.
 */

/** Undefined when all is well, else what is not, in one line. */
export type Check = () => string | undefined;

export type Checks = Readonly<Record<string, Check>>;

export function healthPages({ live, ready }: { live: Checks; ready: Checks }): Pages {
  return {
    '/healthz': (query) => report('healthz', live, query.has('verbose')),
    '/readyz': (query) => report('readyz', ready, query.has('verbose')),
  };
}

function report(name: string, checks: Checks, verbose: boolean): Page {
  const results = [
    { check: 'ping', failure: undefined },
    ...Object.entries(checks).map(([check, ask]) => ({ check, failure: failureOf(ask) })),
  ];
  const failed = results.filter(({ failure }) => failure !== undefined);
  const lines = results.map(({ check, failure }) =>
    failure === undefined ? `[+]${check} ok` : `[-]${check} failed: ${failure}`,
  );
  const summary = failed.length === 0 ? `${name} check passed` : `${name} check failed`;
  const short = failed.length === 0 ? 'ok' : `failed: ${failed.map(({ check }) => check).join(', ')}`;
  return {
    status: failed.length === 0 ? 200 : 503,
    contentType: 'text/plain; charset=utf-8',
    body: verbose ? `${[...lines, summary].join('\n')}\n` : short,
  };
}

function failureOf(ask: Check): string | undefined {
  try {
    return ask();
  } catch (error) {
    return messageOf(error);
  }
}
