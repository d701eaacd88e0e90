import type { Aws } from '../../aws/index.ts';
import type { KeyDescription } from '../../aws/readers/keys.ts';
import type { Context } from '../../core/context.ts';
import {
  asObject,
  type Candidate,
  type Importer,
  ifUnchanged,
  importableTags,
  importContext,
  type Rendered,
  whoseAlready,
} from '../../core/import.ts';
import type { Scope } from '../../core/scope.ts';
import { diff } from './diff.ts';
import { importAliases, importPolicy } from './import-places.ts';
import { importReplicas } from './import-replicas.ts';
import { usagesOf } from './key-types.ts';
import { observe } from './observe.ts';
import { isPendingDeletion, type Seen } from './seen.ts';
import { freshly, type Sources } from './sources.ts';
import { kmsKeyDefinition } from './spec.ts';

export const kmsKeyImporter = (aws: Pick<Aws, 'in'>): Importer => ({
  definition: kmsKeyDefinition,
  async list(scope, now) {
    const { allKeys, keyAliases, keys } = aws.in(scope);
    const [ids, aliases] = await Promise.all([allKeys(), keyAliases.all()]);
    const named = Map.groupBy(aliases.keys(), (alias) => aliases.get(alias) ?? '');
    return ids.map((id): Candidate => {
      const names = (named.get(id) ?? []).sort();
      const arn = `arn:${scope.partition}:kms:${scope.region}:${scope.account}:key/${id}`;
      return {
        id,
        title: names[0]?.replace(/^alias\//, ''),
        names: [id, arn, ...names.flatMap((alias) => [alias, alias.replace(/^alias\//, '')])],
        tags: async () => (await keys.tags(id)) ?? {},
        read: async () => await read(await keys.describe(id), aws, importContext(scope, now)),
      };
    });
  },
});

async function read(
  description: KeyDescription | undefined,
  aws: Pick<Aws, 'in'>,
  ctx: Context,
): Promise<Rendered> {
  if (!description) return { reason: 'it is gone by now' };
  const reason = notToBeManaged(description, ctx.scope);
  if (reason !== undefined) return { reason };
  const self = asObject(kmsKeyDefinition, { adopt: description.keyId, ...kindOf(description) });
  if (typeof self === 'string') return { reason: self };
  const seen = await observe(self, ctx, aws, alreadyDescribed(description, freshly(aws, ctx.scope)));
  return await ifUnchanged(kmsKeyDefinition, importKey(seen, ctx), ['kms:TagResource'], (imported) =>
    diff(imported, seen, ctx, 0),
  );
}

/** So that no key is described twice. */
const alreadyDescribed = (description: KeyDescription, sources: Sources): Sources => ({
  at(region) {
    const source = sources.at(region);
    if (region !== undefined) return source;
    const describe: typeof source.describe = async (id) =>
      id === description.keyId ? description : await source.describe(id);
    return { ...source, describe };
  },
});

/** Keys that no manifest can be of, or none here, or none now. */
function notToBeManaged(key: KeyDescription, { region }: Pick<Scope, 'region'>): string | undefined {
  if (key.manager !== 'CUSTOMER') return 'an AWS service made it for itself (an AWS-managed key)';
  if (key.primaryRegion !== undefined && key.primaryRegion !== region)
    return `it is a replica, and comes with its primary: import that with --region ${key.primaryRegion}`;
  if (isPendingDeletion(key)) return 'it is scheduled for deletion, which a manifest of it would cancel';
  return undefined;
}

/** The spec that adopts a key and keeps it as it is, with its names, policy, rotation and replicas. */
export function importKey(seen: Seen, ctx: Context): Rendered {
  const { key, rotation } = seen;
  if (!key) return { reason: 'it is gone by now' };
  const whose = notToBeManaged(key, ctx.scope) ?? whoseAlready(key.tags);
  if (whose !== undefined) return { reason: whose };
  const { spec: tags, notes, reason } = importableTags(key.tags);
  if (reason !== undefined) return { reason };
  const aliases = importAliases(key);
  const policy = importPolicy(key, ctx);
  const replicas = importReplicas(seen, { key, tags: tags.tags, managed: policy.spec.policy }, ctx);
  return {
    spec: {
      adopt: key.keyId,
      region: ctx.scope.region,
      ...(key.description === '' ? {} : { description: key.description }),
      ...kindOf(key),
      ...(key.state === 'Disabled' ? { enabled: false } : {}),
      ...aliases.spec,
      ...(rotation?.enabled ? { rotation: periodOf(rotation.period) } : {}),
      ...policy.spec,
      ...replicas.spec,
      ...tags,
    },
    notes: [...notes, ...aliases.notes, ...policy.notes, ...replicas.notes],
  };
}

const periodOf = (days = 365): object => (days === 365 ? {} : { periodDays: days });

/** What no call can change, where it is not what a manifest that says nothing means. */
function kindOf({ spec, usage, origin, multiRegion, customKeyStoreId, xksKeyId }: KeyDescription) {
  const only = Object.entries(usagesOf).some(([name, usages]) => name === spec && usages.length === 1);
  return {
    ...(spec === 'SYMMETRIC_DEFAULT' ? {} : { keySpec: spec }),
    ...(only ? {} : { keyUsage: usage }),
    ...(origin === 'AWS_KMS' ? {} : { origin }),
    ...(multiRegion ? { multiRegion } : {}),
    ...(customKeyStoreId === undefined ? {} : { customKeyStoreId }),
    ...(xksKeyId === undefined ? {} : { xksKeyId }),
  };
}
