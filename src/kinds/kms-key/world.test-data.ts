/** AWS KMS in miniature: what the calls of a plan do to keys, what it refuses, and what a look then shows. */

import type { KeyDescription } from '../../aws/readers/keys.ts';
import { isPrimary } from '../../aws/readers/owned-keys.ts';
import { AwsError, type ErrorClass } from '../../core/errors.ts';
import { idTag, tagKeys } from '../../core/identity.ts';
import type { Step } from '../../core/plan.ts';
import type { Tags } from '../../core/tags.ts';
import { typeOf } from './key-types.ts';
import { maxOnDemand } from './rotate-now.ts';
import { defaultPolicy, home, key, keyId, now } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { Source, Sources } from './sources.ts';

export interface WorldKey {
  description: KeyDescription;
  policy: string;
  tags: Tags;
  rotation: { enabled: boolean; period?: number | undefined; startedOnDemand?: string | undefined };
  onDemand: string[];
}

export interface WorldRegion {
  readonly keys: Map<string, WorldKey>;
  readonly aliases: Map<string, string>;
}

/** By Region. */
export type World = Map<string, WorldRegion>;

export const copyOf = (world: World): World =>
  new Map(
    [...world].map(([region, { keys, aliases }]) => [
      region,
      {
        keys: new Map([...keys].map(([id, one]) => [id, { ...one, onDemand: [...one.onDemand] }])),
        aliases: new Map(aliases),
      },
    ]),
  );

const refuse = (call: string, errorClass: ErrorClass, code: string): never => {
  throw new AwsError({ class: errorClass, code, call, message: code, definite: true });
};

const field = (input: object, name: string): unknown => Reflect.get(input, name);
const text = (input: object, name: string): string => String(field(input, name) ?? '');
const tagsIn = (input: object): Tags => {
  const list: readonly { TagKey: string; TagValue: string }[] = Array.from(Object(field(input, 'Tags')));
  return Object.fromEntries(list.map(({ TagKey, TagValue }) => [TagKey, TagValue]));
};

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
const asksEnabled = ['EnableKeyRotation', 'DisableKeyRotation', 'RotateKeyOnDemand', 'ReplicateKey'];
const always = ['PutKeyPolicy', 'CancelKeyDeletion', 'DeleteAlias', 'CreateKey'];
/** Where a key can be neither enabled nor disabled. */
const unsettled = ['PendingImport', 'Creating', 'Updating'];

/** Does a step's call; answers as AWS does, or throws its refusal. */
export function apply(world: World, { effect, call, region = home, input }: Step<Seen>): object {
  if (effect === 'status') return {};
  const here = world.get(region) ?? refuse(call, 'Invalid', 'NoSuchRegion');
  const operation = call.slice('kms:'.length);
  if (operation === 'CreateKey') return create(here, input);
  if (operation === 'DeleteAlias') {
    if (!here.aliases.delete(text(input, 'AliasName'))) refuse(call, 'NotFound', 'NotFoundException');
    return {};
  }
  const id = text(input, 'KeyId') || text(input, 'TargetKeyId');
  const found = here.keys.get(id) ?? refuse(call, 'NotFound', 'NotFoundException');
  const { state } = found.description;
  const pending = state.startsWith('Pending') && state !== 'PendingImport';
  if (pending && !always.includes(operation)) refuse(call, 'Conflict', 'KMSInvalidStateException');
  if (state === 'Disabled' && asksEnabled.includes(operation)) refuse(call, 'Conflict', 'DisabledException');
  if (unsettled.includes(state) && ['EnableKey', 'DisableKey'].includes(operation))
    refuse(call, 'Conflict', 'KMSInvalidStateException');
  if (operation === 'CancelKeyDeletion' && !pending) refuse(call, 'Conflict', 'KMSInvalidStateException');
  return operations[operation]?.(world, here, found, input) ?? refuse(call, 'Invalid', 'InvalidAction');
}

function create(here: WorldRegion, input: object): object {
  const KeyId = `${here.keys.size}${keyId.slice(1)}`;
  const multiRegion = field(input, 'MultiRegion') === true;
  const description: KeyDescription = {
    ...described(key()),
    keyId: KeyId,
    description: text(input, 'Description'),
    multiRegion,
    primaryRegion: multiRegion ? home : undefined,
  };
  const policy = text(input, 'Policy') || JSON.stringify(defaultPolicy);
  here.keys.set(KeyId, {
    description,
    policy,
    tags: tagsIn(input),
    rotation: { enabled: false },
    onDemand: [],
  });
  return { KeyMetadata: metadataOf(description) };
}

type Operation = (world: World, here: WorldRegion, found: WorldKey, input: object) => object;

const operations: Readonly<Record<string, Operation>> = {
  EnableKey: (_w, _h, found) => become(found, { state: 'Enabled' }),
  DisableKey: (_w, _h, found) => become(found, { state: 'Disabled' }),
  CancelKeyDeletion: (_w, _h, found) => become(found, { state: 'Disabled', deletionDate: undefined }),
  UpdateKeyDescription: (_w, _h, found, input) => become(found, { description: text(input, 'Description') }),
  ScheduleKeyDeletion(_w, _h, found) {
    const held = found.description.primaryRegion === home && found.description.replicaRegions.length > 0;
    const KeyState =
      held && found.description.arn.includes(home) ? 'PendingReplicaDeletion' : 'PendingDeletion';
    become(found, { state: KeyState });
    return { KeyState };
  },
  PutKeyPolicy(_w, _h, found, input) {
    found.policy = text(input, 'Policy');
    return {};
  },
  TagResource(_w, _h, found, input) {
    found.tags = { ...found.tags, ...tagsIn(input) };
    return {};
  },
  UntagResource(_w, _h, found, input) {
    const gone = new Set<unknown>(Array.from(Object(field(input, 'TagKeys'))));
    found.tags = Object.fromEntries(Object.entries(found.tags).filter(([name]) => !gone.has(name)));
    return {};
  },
  EnableKeyRotation(_w, _h, found, input) {
    found.rotation = {
      ...found.rotation,
      enabled: true,
      period: Number(field(input, 'RotationPeriodInDays')),
    };
    return {};
  },
  DisableKeyRotation(_w, _h, found) {
    found.rotation = { ...found.rotation, enabled: false, period: undefined };
    return {};
  },
  RotateKeyOnDemand(_w, _h, found) {
    if (found.rotation.startedOnDemand !== undefined)
      refuse('kms:RotateKeyOnDemand', 'Conflict', 'ConflictException');
    if (found.onDemand.length >= maxOnDemand)
      refuse('kms:RotateKeyOnDemand', 'Quota', 'LimitExceededException');
    found.onDemand = [...found.onDemand, new Date(now).toISOString()];
    return {};
  },
  CreateAlias(_w, here, found, input) {
    const name = text(input, 'AliasName');
    if (here.aliases.has(name)) refuse('kms:CreateAlias', 'Conflict', 'AlreadyExistsException');
    here.aliases.set(name, found.description.keyId);
    return {};
  },
  UpdateAlias(_w, here, found, input) {
    const name = text(input, 'AliasName');
    const holder = here.keys.get(here.aliases.get(name) ?? '')?.description;
    const alike = holder && typeOf(holder.spec) === typeOf(found.description.spec);
    if (!alike || holder.usage !== found.description.usage) {
      refuse('kms:UpdateAlias', 'Invalid', 'ValidationException');
    }
    here.aliases.set(name, found.description.keyId);
    return {};
  },
  ReplicateKey(world, _h, found, input) {
    const region = text(input, 'ReplicaRegion');
    const { keyId: id, replicaRegions } = found.description;
    if (replicaRegions.includes(region)) refuse('kms:ReplicateKey', 'Conflict', 'AlreadyExistsException');
    become(found, { replicaRegions: [...replicaRegions, region].sort() });
    const description = {
      ...found.description,
      arn: found.description.arn.replace(home, region),
      description: text(input, 'Description'),
    };
    const policy = text(input, 'Policy') || JSON.stringify(defaultPolicy);
    const replica = { description, policy, tags: tagsIn(input), rotation: { enabled: false }, onDemand: [] };
    world.get(region)?.keys.set(id, replica);
    return { ReplicaKeyMetadata: metadataOf(description), ReplicaPolicy: policy };
  },
};

function become(found: WorldKey, change: Partial<KeyDescription>): object {
  found.description = { ...found.description, ...change };
  return {};
}

/** The sample's own part of a description. */
function described(sample: ReturnType<typeof key>): KeyDescription {
  const { policy: _policy, tags: _tags, aliases: _aliases, holders: _holders, ...description } = sample;
  return description;
}

const metadataOf = (key: KeyDescription) => ({
  KeyId: key.keyId,
  Arn: key.arn,
  Description: key.description,
  KeyState: key.state,
  KeySpec: key.spec,
  KeyUsage: key.usage,
  Origin: key.origin,
  KeyManager: key.manager,
  MultiRegion: key.multiRegion,
  ...(key.multiRegion
    ? {
        MultiRegionConfiguration: {
          PrimaryKey: { Region: key.primaryRegion },
          ReplicaKeys: key.replicaRegions.map((Region) => ({ Region })),
        },
      }
    : {}),
});

/** A world with one key in it, named by aliases, and one of somebody else's. */
export function worldOf(
  one: WorldKey | undefined,
  replica: { region: string; key: WorldKey } | undefined,
): World {
  const region = (entry: WorldKey | undefined): WorldRegion => ({
    keys: new Map(entry ? [[entry.description.keyId, entry]] : []),
    aliases: new Map(),
  });
  return new Map([
    [home, region(one)],
    ['eu-west-1', region(replica?.region === 'eu-west-1' ? replica.key : undefined)],
  ]);
}

/** What an object's look reads of it. */
export const sourcesOf = (world: World): Sources => ({ at: (region = home) => sourceOf(world, region) });

function sourceOf(world: World, region: string): Source {
  const here = world.get(region) ?? { keys: new Map<string, WorldKey>(), aliases: new Map<string, string>() };
  const find = (name: string) => here.keys.get(here.aliases.get(name) ?? name);
  const owned: Source['owned'] = async (identity) =>
    [...here.keys.values()]
      .map(({ description, tags }) => ({ keyId: description.keyId, tags }))
      .filter(
        (one) =>
          isPrimary(one) &&
          one.tags[tagKeys.id] === idTag(identity) &&
          one.tags[tagKeys.cluster] === identity.cluster,
      );
  return {
    describe: async (name) => find(name)?.description,
    policy: async (id) => here.keys.get(id)?.policy,
    tags: async (id) => here.keys.get(id)?.tags,
    rotation: async (id) => here.keys.get(id)?.rotation,
    onDemandRotations: async (id) => here.keys.get(id)?.onDemand,
    aliases: async (id) => [...here.aliases].flatMap(([name, to]) => (to === id ? [name] : [])).sort(),
    owned,
    ownedInFull: owned,
  };
}
