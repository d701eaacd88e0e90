import type { Context } from '../../core/context.ts';
import type { Self } from '../../core/kind.ts';
import { keyOf, type Resource } from '../../core/resource.ts';
import { type Scope, scopeKey } from '../../core/scope.ts';
import { sharedSpecOf } from '../../core/shared-spec.ts';
import { isPaused } from '../reconcile/assess.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';
import { contextOf } from '../reconcile/pass.ts';
import { selfOf } from '../reconcile/self.ts';

/** An object that a listing can be held against. */
export interface Member {
  readonly key: string;
  readonly object: Resource;
  readonly self: Self<unknown, unknown>;
  readonly ctx: Context;
}

/** The objects that one bulk listing answers for. */
export interface Group {
  readonly scope: Scope;
  readonly members: readonly Member[];
}

/**
 * By account and region, without what is paused or being deleted. `unplaced` are the keys of those that cannot be
 * parsed or placed: that is for the reconcile to complain about.
 */
export async function grouped(
  options: ReconcilerOptions,
  objects: Iterable<Resource>,
  concerns: (self: Self<unknown, unknown>) => boolean = () => true,
): Promise<{ readonly groups: readonly Group[]; readonly unplaced: readonly string[] }> {
  const groups = new Map<string, { scope: Scope; members: Member[] }>();
  const unplaced: string[] = [];
  for (const object of objects) {
    if (isPaused(object) || object.metadata.deletionTimestamp !== undefined) continue;
    const key = keyOf(object.metadata);
    try {
      const self = selfOf(options.kind, options.cluster, object);
      if (!concerns(self)) continue;
      const { namespace } = self.identity;
      const placement = await options.resolvePlacement({
        namespace,
        spec: sharedSpecOf(self.spec),
        global: options.kind.global ?? false,
        placed: object.status?.accountId !== undefined,
      });
      const { scope } = placement;
      const group = groups.get(scopeKey(scope)) ?? { scope, members: [] };
      group.members.push({ key, object, self, ctx: contextOf(options, self, placement) });
      groups.set(scopeKey(scope), group);
    } catch {
      unplaced.push(key);
    }
  }
  return { groups: [...groups.values()], unplaced };
}
