import { keyOf } from '../../core/resource.ts';
import { type Scope, scopeKey } from '../../core/scope.ts';

/**
 * The brake on mass recreation: when more than max(5, 10 %) of what should be in one account and region is
 * missing at the same time, somebody has emptied the wrong account, or is looking at it with the wrong
 * credentials. Making it all anew would hide that, so nothing is recreated there until less is missing or a
 * person says so by annotation.
 */
export interface Recreations {
  /** What one sweep of a scope found: how many objects it has, and the keys of those nothing was listed for. */
  swept(scope: Scope, kind: string, total: number, missing: readonly string[]): void;
  /** `object` was confirmed gone; answers whether it may be made anew. */
  admit(scope: Scope, object: Named): boolean;
  /** It is there (again). */
  found(scope: Scope, object: Named): void;
}

interface Named {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export function createRecreations(): Recreations {
  const known = new Map<string, { total: number; readonly missing: Set<string> }>();
  const nameOf = (scope: Scope, kind: string) => `${scopeKey(scope)}/${kind}`;
  const of = (scope: Scope, kind: string) => {
    const group = known.get(nameOf(scope, kind)) ?? { total: 0, missing: new Set<string>() };
    known.set(nameOf(scope, kind), group);
    return group;
  };
  return {
    swept(scope, kind, total, missing) {
      known.set(nameOf(scope, kind), { total, missing: new Set(missing) });
    },
    admit(scope, object) {
      const { total, missing } = of(scope, object.kind);
      missing.add(keyOf(object));
      return missing.size <= Math.max(5, total * 0.1);
    },
    found(scope, object) {
      of(scope, object.kind).missing.delete(keyOf(object));
    },
  };
}
