/** What EC2's reference says of each call, done to the tiny AWS of world.test-data.ts. */

import type { Image } from '../../aws/readers/images.ts';
import type { Step } from '../../core/plan.ts';
import { tagsOf } from '../../core/tags.ts';
import { at, now, own } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import { find, nobody, refusal, type World } from './world.test-data.ts';

type Input = Readonly<Record<string, unknown>>;
const inputOf = (step: Step<Seen>): Input => Object.fromEntries(Object.entries(step.input));
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const list = (value: unknown): readonly Input[] => (Array.isArray(value) ? value : []);
const member = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
const tagsIn = (value: unknown) =>
  tagsOf(list(value).map(({ Key, Value }) => ({ Key: text(Key), Value: text(Value) })));

/** Does what a step asks for, as EC2 would, and answers as it does. */
export function apply(world: World, step: Step<Seen>): unknown {
  if (step.effect !== 'aws') return undefined;
  const region = step.region ?? own;
  const input = inputOf(step);
  const call = calls[step.call];
  if (!call) throw new Error(`the world knows no ${step.call}`);
  return call(world, input, region);
}

const change = (world: World, { ImageId }: Input, more: Partial<Image>): object => {
  const placed = find(world, ImageId);
  placed.image = { ...placed.image, ...more };
  return {};
};

function made(world: World, input: Input, region: string, facts: Partial<Image>): object {
  if (world.images.some((one) => one.region === region && one.image.name === input.Name)) {
    throw refusal('Conflict', 'InvalidAMIName.Duplicate');
  }
  world.made += 1;
  const imageId = `ami-made${world.made}`;
  const snapshotId = `snap-made${world.made}`;
  const tags = (type: string) =>
    tagsIn(list(input.TagSpecifications).find(({ ResourceType }) => ResourceType === type)?.Tags);
  const image: Image = {
    imageId,
    name: text(input.Name),
    description: text(input.Description),
    state: 'pending',
    createdAt: at(now),
    public: false,
    snapshotIds: [snapshotId],
    size: 8,
    tags: tags('image'),
    ...facts,
  };
  world.images.push({ region, image, permissions: nobody });
  world.snapshots.push({
    region,
    snapshotId,
    state: 'pending',
    progress: 0,
    encrypted: false,
    tags: tags('snapshot'),
    accounts: [],
  });
  return { ImageId: imageId };
}

function retag(world: World, { Resources, Tags }: Input, set: boolean): object {
  const ids: readonly unknown[] = Array.isArray(Resources) ? Resources : [];
  const changed = tagsIn(Tags);
  const after = (tags: Image['tags']): Image['tags'] =>
    set
      ? { ...tags, ...changed }
      : Object.fromEntries(Object.entries(tags).filter(([key]) => !(key in changed)));
  for (const placed of world.images) {
    const { image } = placed;
    if (ids.includes(image.imageId)) placed.image = { ...image, tags: after(image.tags) };
  }
  world.snapshots = world.snapshots.map((one) =>
    ids.includes(one.snapshotId) ? { ...one, tags: after(one.tags) } : one,
  );
  return {};
}

function modify(world: World, input: Input): object {
  const placed = find(world, input.ImageId);
  if (placed.image.state !== 'available') throw refusal('Conflict', 'OperationNotPermitted');
  const description = member(input.Description, 'Value');
  if (typeof description === 'string') placed.image = { ...placed.image, description };
  const add = list(member(input.LaunchPermission, 'Add'));
  const remove = list(member(input.LaunchPermission, 'Remove'));
  const after = (present: readonly string[], name: string) => [
    ...present.filter((one) => !remove.some((gone) => gone[name] === one)),
    ...add.flatMap((one) => (typeof one[name] === 'string' ? [one[name]] : [])),
  ];
  const isPublic = (all: readonly Input[]) => all.some(({ Group }) => Group === 'all');
  const { accounts, organizationArns, ouArns } = placed.permissions;
  placed.permissions = {
    accounts: after(accounts, 'UserId'),
    organizationArns: after(organizationArns, 'OrganizationArn'),
    ouArns: after(ouArns, 'OrganizationalUnitArn'),
    public: isPublic(add) || (placed.permissions.public && !isPublic(remove)),
  };
  placed.image = { ...placed.image, public: placed.permissions.public };
  return {};
}

function shareSnapshot(world: World, { SnapshotId, CreateVolumePermission }: Input): object {
  const users = (name: string) =>
    list(member(CreateVolumePermission, name)).map(({ UserId }) => text(UserId));
  world.snapshots = world.snapshots.map((one) =>
    one.snapshotId === SnapshotId
      ? {
          ...one,
          accounts: [...one.accounts.filter((user) => !users('Remove').includes(user)), ...users('Add')],
        }
      : one,
  );
  return {};
}

function deregister(world: World, { ImageId, DeleteAssociatedSnapshots }: Input): object {
  const { image } = find(world, ImageId);
  if (image.deregistrationProtection?.startsWith('enabled')) {
    throw refusal('Conflict', 'OperationNotPermitted');
  }
  world.images = world.images.filter((one) => one.image.imageId !== ImageId);
  if (DeleteAssociatedSnapshots !== true) return {};
  // Every other one, as if a permission were missing.
  const codes = image.snapshotIds.map((SnapshotId, place) => ({
    SnapshotId,
    ReturnCode: place % 2 === 0 ? 'success' : 'missing-permissions',
  }));
  const deleted = codes.filter(({ ReturnCode }) => ReturnCode === 'success').map((one) => one.SnapshotId);
  world.snapshots = world.snapshots.filter(({ snapshotId }) => !deleted.includes(snapshotId));
  return { DeleteSnapshotResults: codes };
}

const calls: Readonly<Record<string, (world: World, input: Input, region: string) => object>> = {
  'ec2:CreateImage': (world, input, region) => {
    if (input.NoReboot === false) world.rebooted.push(text(input.InstanceId));
    return made(world, input, region, { sourceInstanceId: text(input.InstanceId) });
  },
  'ec2:CopyImage': (world, input, region) => {
    const token = text(input.ClientToken);
    const known = world.tokens.get(token);
    if (known !== undefined) return { ImageId: known };
    const output = made(world, input, region, {});
    world.tokens.set(token, text(member(output, 'ImageId')));
    return output;
  },
  'ec2:CreateTags': (world, input) => retag(world, input, true),
  'ec2:DeleteTags': (world, input) => retag(world, input, false),
  'ec2:ModifyImageAttribute': modify,
  'ec2:ModifySnapshotAttribute': shareSnapshot,
  'ec2:EnableImageDeprecation': (world, input) => {
    const time = input.DeprecateAt instanceof Date ? input.DeprecateAt.getTime() : 0;
    if (time <= now) throw refusal('Invalid', 'InvalidParameterValue');
    return change(world, input, { deprecatedAt: at(time) });
  },
  'ec2:DisableImageDeprecation': (world, input) => change(world, input, { deprecatedAt: undefined }),
  'ec2:EnableImageDeregistrationProtection': (world, input) =>
    change(world, input, {
      deregistrationProtection: `enabled-${input.WithCooldown === true ? 'with' : 'without'}-cooldown`,
    }),
  'ec2:DisableImageDeregistrationProtection': (world, input) =>
    change(world, input, { deregistrationProtection: 'disabled' }),
  'ec2:DisableImage': (world, input) => {
    const placed = find(world, input.ImageId);
    placed.permissions = nobody;
    return change(world, input, { state: 'disabled', public: false });
  },
  'ec2:EnableImage': (world, input) => change(world, input, { state: 'available' }),
  'ec2:DeregisterImage': deregister,
  'ec2:DeleteSnapshot': (world, { SnapshotId }) => {
    if (world.images.some(({ image }) => image.snapshotIds.includes(text(SnapshotId)))) {
      throw refusal('Conflict', 'InvalidSnapshot.InUse');
    }
    world.snapshots = world.snapshots.filter(({ snapshotId }) => snapshotId !== SnapshotId);
    return {};
  },
};
