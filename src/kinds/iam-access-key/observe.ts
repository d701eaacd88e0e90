import type { AccessKey } from '../../aws/readers/access-keys.ts';
import type { Readers } from '../../aws/readers/index.ts';
import type { Context } from '../../core/context.ts';
import { ObjectRefused } from '../../core/errors.ts';
import { withEnforcedRetain } from '../../core/guardrails/retain.ts';
import type { LookAtSecret, SecretSeen } from '../../core/secret-step.ts';
import { claimsOf } from './claims.ts';
import type { Seen } from './seen.ts';
import { type IAMAccessKey, isRetained, secretOf } from './self.ts';

export interface LookUp {
  readonly accessKeys: Readers['accessKeys'];
  readonly lookAtSecret: LookAtSecret;
  /** How long IAM may hide a new key, in milliseconds. */
  readonly visibleAfter: number;
}

export async function observe(self: IAMAccessKey, look: LookUp, ctx: Context): Promise<Seen> {
  const [listed, secret] = await Promise.all([
    look.accessKeys.ofUser(self.spec.userName),
    lookAtSecret(withEnforcedRetain(self, ctx), look.lookAtSecret),
  ]);
  const keys = listed && withYoung(self, listed, ctx.now - look.visibleAfter);
  const claims = claimsOf(self, keys, secret, ctx.now);
  const used = new Map(
    await Promise.all(
      [claims.current, claims.previous]
        .filter((id) => id !== undefined && keys?.some((key) => key.id === id))
        .map(async (id = '') => [id, await look.accessKeys.lastUsed(id)] as const),
    ),
  );
  return {
    ...claims,
    secret,
    keys: keys
      ?.map((key) => ({ ...key, lastUsed: used.get(key.id) }))
      .sort((a, b) => a.createdAt - b.createdAt),
  };
}

/** What was made a moment ago may be missing from a list. */
function withYoung(self: IAMAccessKey, listed: readonly AccessKey[], since: number): readonly AccessKey[] {
  const { accessKeyId: id, createdAt } = self.status;
  if (id === undefined || createdAt === undefined || listed.some((key) => key.id === id)) return listed;
  const made = Date.parse(createdAt);
  return made < since ? listed : [...listed, { id, createdAt: made, active: true }];
}

/**
 * In a namespace that is going, the right to its Secrets goes too, and the Secrets with it: that must not hold the
 * deletion of the key.
 */
async function lookAtSecret(self: IAMAccessKey, look: LookAtSecret): Promise<SecretSeen | undefined> {
  try {
    return await look(secretOf(self));
  } catch (error) {
    const goes = self.deleting && !isRetained(self);
    if (goes && error instanceof ObjectRefused && error.class === 'Denied') return undefined;
    throw error;
  }
}
