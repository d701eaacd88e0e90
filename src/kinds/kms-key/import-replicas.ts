import type { Context } from '../../core/context.ts';
import { importableTags, whoseAlready } from '../../core/import.ts';
import { policiesEqual } from '../../core/policy/compare.ts';
import type { PolicyDocument } from '../../core/policy/document.ts';
import type { Tags } from '../../core/tags.ts';
import { importAliases, importPolicy, type Part, type PolicyPart } from './import-places.ts';
import { isPendingDeletion, type Seen, type SeenKey } from './seen.ts';

/** What a replica has of its key unless its own item says otherwise. */
interface Inherited {
  readonly key: SeenKey;
  readonly tags: Tags | undefined;
  /** Undefined: the manifest leaves the key's policy as it is. */
  readonly managed: PolicyDocument | undefined;
}

/** A replica that the manifest does not name is left as it is, for no object says that it is its. */
export function importReplicas(
  { replicas }: Seen,
  inherited: Inherited,
  ctx: Context,
): Part<{ readonly replicas?: readonly object[] }> {
  const parts = Object.keys(replicas)
    .sort()
    .flatMap((region) => {
      const replica = replicas[region];
      return replica ? [importReplica(replica, region, inherited, ctx)] : [];
    });
  const items = parts.flatMap(({ spec }) => spec ?? []);
  return {
    spec: items.length === 0 ? {} : { replicas: items },
    notes: parts.flatMap(({ notes }) => notes),
  };
}

function importReplica(
  replica: SeenKey,
  region: string,
  inherited: Inherited,
  ctx: Context,
): Part<object | undefined> {
  const left = (why: string) => ({
    spec: undefined,
    notes: [`the replica in ${region} is left out, and so left as it is: ${why}`],
  });
  const tags = importableTags(replica.tags);
  const policy = importPolicy(replica, ctx, region);
  const reason =
    whoseAlready(replica.tags) ??
    tags.reason ??
    stateProblem(replica) ??
    inheritedProblem(replica, inherited, policy);
  if (reason !== undefined) return left(reason);
  const aliases = importAliases(replica, region);
  const own = Object.entries(tags.spec.tags ?? {}).filter(([key, value]) => inherited.tags?.[key] !== value);
  return {
    spec: {
      region,
      ...(replica.description === inherited.key.description ? {} : { description: replica.description }),
      ...(replica.state === 'Disabled' ? { enabled: false } : {}),
      ...aliases.spec,
      ...ownPolicy(policy, inherited),
      ...(own.length === 0 ? {} : { tags: Object.fromEntries(own) }),
    },
    notes: [...tags.notes, ...aliases.notes, ...policy.notes],
  };
}

function stateProblem({ state }: SeenKey): string | undefined {
  if (isPendingDeletion({ state })) return 'it is scheduled for deletion';
  return ['Creating', 'Updating'].includes(state) ? `it is ${state.toLowerCase()}` : undefined;
}

/** Under a key whose policy the manifest says, a replica with another one says its own, be it AWS's default. */
function ownPolicy(
  { spec, document }: PolicyPart,
  { managed }: Inherited,
): { readonly policy?: PolicyDocument } {
  if (!managed || !document) return spec;
  return policiesEqual(document, managed) ? {} : { policy: document };
}

/** What the key has, a replica gets too, unless its item gives another value: nothing says "none". */
function inheritedProblem(
  replica: SeenKey,
  { tags = {}, managed }: Inherited,
  { document }: PolicyPart,
): string | undefined {
  const missing = Object.keys(tags).filter((key) => !(key in replica.tags));
  if (missing.length > 0) return `it would get the key's tags that it lacks: ${missing.join(', ')}`;
  return managed && !document ? "it would get the key's policy in place of its own" : undefined;
}
