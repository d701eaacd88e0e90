/** What an import says of a key that holds in each of its Regions: names, policy, and whole replicas. */

import { importableTags, whoseAlready } from '../../core/import.ts';
import type { Context } from '../../core/kind.ts';
import { policiesEqual } from '../../core/policy/compare.ts';
import type { PolicyDocument } from '../../core/policy/document.ts';
import { InvalidPolicy } from '../../core/policy/invalid-policy.ts';
import { parsePolicy } from '../../core/policy/parse.ts';
import type { Tags } from '../../core/tags.ts';
import { policyProblem } from './policy.ts';
import { isPendingDeletion, nameOf, type Place, type Seen, type SeenKey } from './seen.ts';

interface Part<Spec> {
  readonly spec: Spec;
  readonly notes: readonly string[];
}

/** As many names as the schema takes. */
const maxAliases = 20;

/** A name that a manifest does not say is left to the key. */
export function importAliases(key: SeenKey, place?: Place): Part<{ readonly aliases?: readonly string[] }> {
  const all = key.aliases.filter((alias) => !alias.startsWith('alias/aws/'));
  const left = all.slice(maxAliases);
  return {
    spec: all.length === 0 ? {} : { aliases: all.slice(0, maxAliases) },
    notes:
      left.length === 0
        ? []
        : [
            `${nameOf(key, place)}: a manifest has ${maxAliases} aliases, and leaves the others: ${left.join(', ')}`,
          ],
  };
}

interface PolicyPart extends Part<{ readonly policy?: PolicyDocument }> {
  /** As it is, also where it goes without saying; undefined: a manifest cannot say it. */
  readonly document?: PolicyDocument;
}

/**
 * The policy as AWS has it. Left out is AWS's default, which is that of a manifest that says nothing, and what a
 * manifest cannot say; a manifest without a policy leaves the key's as it is.
 */
export function importPolicy(key: SeenKey, ctx: Context, place?: Place): PolicyPart {
  const document = read(key.policy);
  if (typeof document !== 'string') {
    return { spec: isDefault(document, ctx) ? {} : { policy: document }, notes: [], document };
  }
  const note = `${nameOf(key, place)}: its policy ${document}: policy is left out, and so left as it is`;
  return { spec: {}, notes: [note] };
}

/** Or, in words, what is wrong with it. */
function read(text: string | undefined): PolicyDocument | string {
  if (text === undefined) return 'is not to be seen';
  try {
    const document = parsePolicy(text);
    return policyProblem(document) ?? document;
  } catch (error) {
    if (error instanceof InvalidPolicy) return `cannot be read (${error.message})`;
    throw error;
  }
}

/**
 * AWS's own default: the account's IAM policies decide, and nothing else. Its Id says only who wrote it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function isDefault(
  { Id: _, ...document }: PolicyDocument,
  { scope: { partition, account } }: Context,
): boolean {
  return policiesEqual(document, {
    Version: '2012-10-17',
    Statement: {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  });
}

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
