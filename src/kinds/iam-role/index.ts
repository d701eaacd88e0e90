import { type Aws, visibleAfter as published } from '../../aws/index.ts';
import { tagKeys } from '../../core/identity.ts';
import type { Kind } from '../../core/kind.ts';
import { diff } from './diff.ts';
import { observe, observeListed } from './observe.ts';
import type { Seen } from './seen.ts';
import { roleNameOf } from './self.ts';
import { type IAMRoleSpec, type IAMRoleStatus, iamRoleDefinition } from './spec.ts';
import { statusOf } from './status.ts';

export interface IAMRoleOptions {
  readonly cluster: string;
  /** How long IAM may hide a new role, in milliseconds; unless said, as AWS's words are taken. */
  readonly visibleAfter?: number;
}

export function iamRole(
  aws: Aws,
  { cluster, visibleAfter = published.iam }: IAMRoleOptions,
): Kind<IAMRoleSpec, IAMRoleStatus, Seen> {
  return {
    definition: iamRoleDefinition,
    global: true,
    visibleAfter,
    knownId: (status) => status.roleId,
    seenId: (seen) => seen.role?.roleId,
    observe: (self, ctx) => observe(self, aws.in(ctx.scope), ctx),
    diff,
    status: statusOf,
    async list(scope) {
      const readers = aws.in(scope);
      const all = await readers.roles.allOfCluster(cluster);
      const byName = new Map(all.map((detail) => [detail.role.name.toLowerCase(), detail]));
      return {
        size: all.length,
        async observe(self, ctx) {
          const detail = byName.get(roleNameOf(self).toLowerCase());
          return detail && (await observeListed(self, detail, readers, ctx));
        },
        owned: all.map(({ role: { id, tags } }) => ({
          id,
          idTag: tags[tagKeys.id] ?? '',
          released: tagKeys.released in tags,
        })),
      };
    },
  };
}
