import { visibleAfter as published, type Readers } from '../../aws/index.ts';
import type { Context } from '../../core/context.ts';
import type { Kind } from '../../core/kind.ts';
import type { Scope } from '../../core/scope.ts';
import type { LookAtSecret } from '../../core/secret-step.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { keyOf, type Seen } from './seen.ts';
import type { IAMAccessKey } from './self.ts';
import { type IAMAccessKeySpec, type IAMAccessKeyStatus, iamAccessKeyDefinition } from './spec.ts';
import { statusOf } from './status.ts';

export interface IAMAccessKeyOptions {
  readonly lookAtSecret: LookAtSecret;
  /** How long IAM may hide a new key, in milliseconds; unless said, as AWS's words are taken. */
  readonly visibleAfter?: number;
}

export function iamAccessKey(
  aws: { in(scope: Scope): Pick<Readers, 'accessKeys'> },
  { lookAtSecret, visibleAfter = published.iam }: IAMAccessKeyOptions,
): Kind<IAMAccessKeySpec, IAMAccessKeyStatus, Seen> {
  const look = (self: IAMAccessKey, ctx: Context) =>
    observe(self, { accessKeys: aws.in(ctx.scope).accessKeys, lookAtSecret, visibleAfter }, ctx);
  return {
    definition: iamAccessKeyDefinition,
    global: true,
    deliversSecrets: true,
    visibleAfter,
    knownId: (status) => status.accessKeyId,
    // While an attempt is open, there may be a key that AWS still hides.
    seenId: (seen) => (seen.attempt ? undefined : keyOf(seen, seen.current)?.id),
    observe: look,
    diff,
    status: statusOf,
    // Nothing lists keys in bulk (aws/readers/access-keys.ts), and a lost Secret is found by a look only: the sweep
    // looks at each object.
    list: async () => ({ size: 0, observe: look, owned: [] }),
  };
}
