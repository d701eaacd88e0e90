import type { AccountSpec } from '../../core/account.ts';
import type { Reference } from '../../core/context.ts';
import { type KubernetesObject, keyOf, type Resource } from '../../core/resource.ts';
import { sharedSpecOf } from '../../core/shared-spec.ts';
import { chooseAccount, isAllowed, type Known } from './choose.ts';

/** Which objects use an AWSAccount, by the same rule as decides it for each of them. */
export interface Users {
  /** Those that mean it, whether or not they may. */
  of(account: string): readonly Reference[];
  /**
   * Those without which it may go: they may use it, or have something in it. Whoever may only name it, and create
   * objects in some namespace, does not count; nor does what was created after `deletedAt`, for it never begins.
   */
  keeping(
    account: string,
    it: {
      readonly spec: AccountSpec | undefined;
      readonly accountId: string | undefined;
      readonly deletedAt: string | undefined;
    },
  ): readonly Reference[];
  /** Those that last met credentials which AWS refused. */
  refused(account: string): readonly Reference[];
  /** All objects of a namespace, whatever they use; without one, all there are. */
  in(namespace?: string): readonly Reference[];
}

interface ObjectsOfKind {
  readonly kind: { readonly definition: { readonly kind: string } };
  readonly informer: { list(): Iterable<Resource> };
}

export function createUsers(
  kinds: readonly ObjectsOfKind[],
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
  const those = (are: (object: Resource) => boolean): readonly Reference[] =>
    [...all()].flatMap(({ reference, object }) => (are(object) ? [reference] : []));
  const placeOf = ({ metadata: { namespace: name = '' } }: Resource) =>
    namespaceOf(name)?.metadata ?? { name };
  const uses = (object: Resource, account: string): boolean => {
    try {
      return chooseAccount(sharedSpecOf(object.spec).accountRef, placeOf(object), accounts) === account;
    } catch {
      return false;
    }
  };
  return {
    of: (account) => those((object) => uses(object, account)),
    keeping: (account, { spec, accountId, deletedAt }) =>
      those((object) => {
        const placed = accountId !== undefined && object.status?.accountId === accountId;
        const mayBegin =
          !isLater(object, deletedAt) && spec !== undefined && isAllowed(spec, placeOf(object));
        return uses(object, account) && (placed || mayBegin);
      }),
    refused: (account) => those((object) => wasRefused(object) && uses(object, account)),
    in: (namespace) => those(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
  };
}

/** Both are RFC 3339 in UTC, to the second, as the API server writes them. */
const isLater = ({ metadata: { creationTimestamp = '' } }: Resource, time: string | undefined): boolean =>
  time !== undefined && creationTimestamp > time;

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
