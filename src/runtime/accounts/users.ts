import type { Reference } from '../../core/kind.ts';
import { type KubernetesObject, keyOf, type Resource } from '../../core/resource.ts';
import { sharedSpecOf } from '../../core/shared-spec.ts';
import type { CachedKind } from '../informer/cached-kind.ts';
import { chooseAccount, type Known } from './choose.ts';

/** Which objects use an AWSAccount, by the same rule as decides it for each of them. */
export interface Users {
  of(account: string): readonly Reference[];
  /** Those that last met credentials which AWS refused. */
  refused(account: string): readonly Reference[];
  /** All objects of a namespace, whatever they use; without one, all there are. */
  in(namespace?: string): readonly Reference[];
}

export function createUsers(
  kinds: readonly CachedKind[],
  accounts: Known,
  namespaceOf: (name: string) => KubernetesObject | undefined,
): Users {
  function* all(): Iterable<{ readonly reference: Reference; readonly object: Resource }> {
    for (const { kind, informer } of kinds) {
      for (const object of informer.list()) {
        const { namespace = '', name } = object.metadata;
        yield { reference: { kind: kind.definition.kind, namespace, name }, object };
      }
    }
  }
  const uses = (object: Resource, account: string): boolean => {
    const name = object.metadata.namespace ?? '';
    try {
      const namespace = namespaceOf(name)?.metadata ?? { name };
      return chooseAccount(sharedSpecOf(object.spec).accountRef, namespace, accounts) === account;
    } catch {
      return false;
    }
  };
  return {
    refused: (account) =>
      [...all()].flatMap(({ reference, object }) =>
        wasRefused(object) && uses(object, account) ? [reference] : [],
      ),
    of: (account) =>
      [...all()].flatMap(({ reference, object }) => (uses(object, account) ? [reference] : [])),
    in: (namespace) =>
      [...all()].flatMap(({ reference }) =>
        namespace === undefined || reference.namespace === namespace ? [reference] : [],
      ),
  };
}

const wasRefused = ({ status }: Resource): boolean =>
  status?.conditions?.some(
    ({ type, reason }) => type === 'Ready' && ['AccessDenied', 'InvalidCredentials'].includes(reason),
  ) ?? false;

/** `2 objects use it, such as ElasticIP web/www`; undefined where nobody does. */
export function tellUsers(users: readonly Reference[]): string | undefined {
  const [first] = users;
  if (!first) return undefined;
  const one = `${first.kind} ${keyOf(first)}`;
  return users.length === 1 ? `${one} uses it` : `${users.length} objects use it, such as ${one}`;
}
