import { createHash } from 'node:crypto';
import { z } from 'zod';
import { messageOf } from '../../core/errors.ts';
import type { Clock, Logger } from '../../core/ports.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';

/**
 * Who may read a page: whoever the API server knows by the bearer token (TokenReview) and lets `get` the
 * page's path (SubjectAccessReview on a non-resource URL), as kube-rbac-proxy and controller-runtime ask.
 * https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources
 *
 * Guarantees
 * - Where the API server does not answer, nobody may.
 * - A token that was let in is asked about again after a minute, one that was not after 10 s: neither a scrape
 *   every few seconds nor somebody who guesses costs the API server a request each.
 * - No token is kept or logged: answers are remembered by its hash.
 */
export type Authorize = (request: {
  /** The header `authorization`. */
  readonly authorization: string | undefined;
  readonly path: string;
}) => Promise<Verdict>;

export type Verdict = 'allowed' | 'unauthenticated' | 'forbidden' | 'unknown';

export interface AuthorizationOptions {
  readonly client: Pick<KubernetesClient, 'create'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Milliseconds. */
const remember: Readonly<Record<Verdict, number>> = {
  allowed: 60_000,
  unauthenticated: 10_000,
  forbidden: 10_000,
  unknown: 0,
};
/** Far more than there are scrapers. */
const maxRemembered = 1_000;

const strings = z.array(z.string()).optional();
const tokenReview = z.object({
  status: z.object({
    authenticated: z.boolean().optional(),
    user: z
      .object({
        username: z.string().optional(),
        uid: z.string().optional(),
        groups: strings,
        extra: z.record(z.string(), z.array(z.string())).optional(),
      })
      .optional(),
  }),
});
const accessReview = z.object({ status: z.object({ allowed: z.boolean() }) });

export function createAuthorization({ client, clock, logger }: AuthorizationOptions): Authorize {
  const remembered = new Map<string, { readonly verdict: Verdict; readonly until: number }>();

  const ask = async (token: string, path: string): Promise<Verdict> => {
    const { status } = tokenReview.parse(
      await client.create('/apis/authentication.k8s.io/v1/tokenreviews', {
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'TokenReview',
        spec: { token },
      }),
    );
    if (!status.authenticated || !status.user) return 'unauthenticated';
    const { username, ...user } = status.user;
    const review = accessReview.parse(
      await client.create('/apis/authorization.k8s.io/v1/subjectaccessreviews', {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SubjectAccessReview',
        spec: { user: username, ...user, nonResourceAttributes: { path, verb: 'get' } },
      }),
    );
    return review.status.allowed ? 'allowed' : 'forbidden';
  };

  return async ({ authorization, path }) => {
    const token = /^Bearer +([^\s]+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) return 'unauthenticated';
    const key = createHash('sha256').update(`${path}\n${token}`).digest('base64');
    const known = remembered.get(key);
    if (known && clock.now() < known.until) return known.verdict;
    const verdict = await ask(token, path).catch((error: unknown): Verdict => {
      logger.warn({ path, error: messageOf(error) }, 'the API server could not be asked who may read this');
      return 'unknown';
    });
    remembered.delete(key);
    remembered.set(key, { verdict, until: clock.now() + remember[verdict] });
    // The oldest goes first: a Map is in the order of its insertions.
    for (const old of remembered.keys()) {
      if (remembered.size <= maxRemembered) break;
      remembered.delete(old);
    }
    return verdict;
  };
}
