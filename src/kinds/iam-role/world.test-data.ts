/**
 * A tiny IAM for properties: roles and instance profiles, with what IAM's reference says of each call. It
 * answers `observe` through the readers' own interface, so that what a step's `fold` claims can be held
 * against a look. Not modelled: throttling, eventual consistency, other accounts.
 */

import type { InstanceProfile } from '../../aws/readers/instance-profiles.ts';
import type { Role, RoleDetail } from '../../aws/readers/roles.ts';
import { AwsError, type ErrorClass } from '../../core/errors.ts';
import type { Step } from '../../core/plan.ts';
import { type Tags, tagsOf } from '../../core/tags.ts';
import type { RoleLookUp } from './observe.ts';
import type { Seen } from './seen.ts';

export interface World {
  roles: readonly Omit<RoleDetail, 'instanceProfiles'>[];
  profiles: readonly InstanceProfile[];
  made: number;
}

const refuse = (errorClass: ErrorClass, code: string): never => {
  throw new AwsError({ class: errorClass, code, call: 'iam', message: code, definite: true });
};

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A step's input, member by member. */
function fields(input: object) {
  const value = (name: string): unknown => Reflect.get(input, name);
  const text = (name: string): string => String(value(name));
  return {
    text,
    given: (name: string) => (value(name) === undefined ? undefined : text(name)),
    tags: () => tagsOf(pairs(value('Tags'))),
    keys: () => strings(value('TagKeys')),
    number: (name: string) => Number(value(name)),
  };
}

type Pair = { readonly Key?: string; readonly Value?: string };
const isPair = (value: unknown): value is Pair =>
  typeof value === 'object' && value !== null && 'Key' in value;
const pairs = (value: unknown): Pair[] => (Array.isArray(value) ? value.filter(isPair) : []);
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Applies a step, and answers as IAM does. Throws the AwsError IAM would refuse it with. */
export function apply(world: World, { call, input }: Step<Seen>): unknown {
  const operation = operations[call];
  if (!operation) throw new Error(`the model does not know ${call}`);
  return operation(world, fields(input)) ?? {};
}

type Operation = (world: World, input: ReturnType<typeof fields>) => unknown;

/** A change of the role that the input names. */
const onRole =
  (
    change: (
      role: World['roles'][number],
      input: ReturnType<typeof fields>,
    ) => Partial<Omit<World['roles'][number], 'role'>> & { role?: Partial<Role> },
  ): Operation =>
  (world, input) => {
    const found = roleNamed(world, input.text('RoleName'));
    const { role, ...rest } = change(found, input);
    const next = { ...found, ...rest, role: { ...found.role, ...role } };
    world.roles = world.roles.map((one) => (one === found ? next : one));
  };

const onProfile =
  (
    change: (
      profile: InstanceProfile,
      input: ReturnType<typeof fields>,
      world: World,
    ) => Partial<InstanceProfile>,
  ): Operation =>
  (world, input) => {
    const found = profileNamed(world, input.text('InstanceProfileName'));
    const next = { ...found, ...change(found, input, world) };
    world.profiles = world.profiles.map((one) => (one === found ? next : one));
  };

const roleNamed = ({ roles }: World, name: string) =>
  roles.find(({ role }) => same(role.name, name)) ?? refuse('NotFound', 'NoSuchEntity');
const profileNamed = ({ profiles }: World, name: string) =>
  profiles.find((profile) => same(profile.name, name)) ?? refuse('NotFound', 'NoSuchEntity');

const mostAttached = 10;

const operations: Readonly<Record<string, Operation>> = {
  'iam:CreateRole': createRole,
  'iam:DeleteRole': deleteRole,
  'iam:UpdateRole': onRole((_, input) => ({
    role: { description: input.text('Description'), maxSessionDuration: input.number('MaxSessionDuration') },
  })),
  'iam:UpdateAssumeRolePolicy': onRole((_, input) => ({
    role: { trustPolicy: encodeURIComponent(input.text('PolicyDocument')) },
  })),
  'iam:PutRolePermissionsBoundary': onRole((_, input) => ({
    role: { permissionsBoundary: input.text('PermissionsBoundary') },
  })),
  'iam:DeleteRolePermissionsBoundary': onRole(() => ({ role: { permissionsBoundary: undefined } })),
  'iam:AttachRolePolicy': onRole(({ attachedPolicies }, input) => {
    const arn = input.text('PolicyArn');
    if (attachedPolicies.some((other) => same(other, arn))) return {};
    if (attachedPolicies.length >= mostAttached) refuse('Quota', 'LimitExceeded');
    return { attachedPolicies: [...attachedPolicies, arn] };
  }),
  'iam:DetachRolePolicy': onRole(({ attachedPolicies }, input) => {
    const arn = input.text('PolicyArn');
    if (!attachedPolicies.includes(arn)) refuse('NotFound', 'NoSuchEntity');
    return { attachedPolicies: attachedPolicies.filter((other) => other !== arn) };
  }),
  'iam:PutRolePolicy': onRole(({ inlinePolicies }, input) => {
    const next = { ...inlinePolicies, [input.text('PolicyName')]: input.text('PolicyDocument') };
    const size = Object.values(next).reduce((sum, text) => sum + text.replaceAll(/\s/g, '').length, 0);
    if (size > 10_240) refuse('Quota', 'LimitExceeded');
    return { inlinePolicies: next };
  }),
  'iam:DeleteRolePolicy': onRole(({ inlinePolicies }, input) => {
    const { [input.text('PolicyName')]: gone, ...left } = inlinePolicies;
    if (gone === undefined) refuse('NotFound', 'NoSuchEntity');
    return { inlinePolicies: left };
  }),
  'iam:TagRole': onRole(({ role }, input) => ({ role: { tags: tagged(role.tags, input.tags()) } })),
  'iam:UntagRole': onRole(({ role }, input) => ({ role: { tags: untagged(role.tags, input.keys()) } })),
  'iam:CreateInstanceProfile': createProfile,
  'iam:DeleteInstanceProfile': (world, input) => {
    const profile = profileNamed(world, input.text('InstanceProfileName'));
    if (profile.roles.length > 0) refuse('Conflict', 'DeleteConflict');
    world.profiles = world.profiles.filter((other) => other !== profile);
  },
  'iam:AddRoleToInstanceProfile': onProfile(({ roles }, input, world) => {
    if (roles.length > 0) refuse('Quota', 'LimitExceeded');
    return { roles: [roleNamed(world, input.text('RoleName')).role.name] };
  }),
  'iam:RemoveRoleFromInstanceProfile': onProfile(({ roles }, input) => {
    const name = input.text('RoleName');
    if (!roles.some((role) => same(role, name))) refuse('NotFound', 'NoSuchEntity');
    return { roles: roles.filter((role) => !same(role, name)) };
  }),
  'iam:TagInstanceProfile': onProfile(({ tags = {} }, input) => ({ tags: tagged(tags, input.tags()) })),
  'iam:UntagInstanceProfile': onProfile(({ tags = {} }, input) => ({ tags: untagged(tags, input.keys()) })),
};

function createRole(world: World, input: ReturnType<typeof fields>) {
  const name = input.text('RoleName');
  if (world.roles.some(({ role }) => same(role.name, name))) refuse('Conflict', 'EntityAlreadyExists');
  world.made += 1;
  const path = input.given('Path') ?? '/';
  const role: Role = {
    name,
    id: `AROAN${world.made}`,
    arn: `arn:aws:iam::111122223333:role${path}${name}`,
    path,
    description: input.given('Description') ?? '',
    maxSessionDuration: input.number('MaxSessionDuration'),
    trustPolicy: encodeURIComponent(input.text('AssumeRolePolicyDocument')),
    permissionsBoundary: input.given('PermissionsBoundary'),
    tags: tagged({}, input.tags()),
  };
  world.roles = [...world.roles, { role, attachedPolicies: [], inlinePolicies: {} }];
  return { Role: { RoleId: role.id, Arn: role.arn, Path: path } };
}

function deleteRole(world: World, input: ReturnType<typeof fields>) {
  const found = roleNamed(world, input.text('RoleName'));
  const used = world.profiles.some(({ roles }) => roles.some((name) => same(name, found.role.name)));
  if (used || found.attachedPolicies.length > 0 || Object.keys(found.inlinePolicies).length > 0)
    refuse('Conflict', 'DeleteConflict');
  world.roles = world.roles.filter((one) => one !== found);
}

function createProfile(world: World, input: ReturnType<typeof fields>) {
  const name = input.text('InstanceProfileName');
  if (world.profiles.some((profile) => same(profile.name, name))) refuse('Conflict', 'EntityAlreadyExists');
  const arn = `arn:aws:iam::111122223333:instance-profile/${name}`;
  world.profiles = [...world.profiles, { name, arn, roles: [], tags: tagged({}, input.tags()) }];
  return { InstanceProfile: { Arn: arn } };
}

/** One key in whatever case: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
function tagged(tags: Tags, more: Tags): Tags {
  const keys = Object.keys(more);
  if (keys.some((key, at) => keys.findIndex((other) => same(other, key)) !== at))
    refuse('Invalid', 'InvalidInput');
  return { ...untagged(tags, keys), ...more };
}

const untagged = (tags: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([key]) => !keys.some((gone) => same(gone, key))));

/** What `observe` reads. */
export function readersOf(world: World): RoleLookUp {
  const found = (name: string) => world.roles.find(({ role }) => same(role.name, name));
  return {
    roles: {
      byName: async (name) => found(name)?.role,
      attachedPolicies: async (name) => found(name)?.attachedPolicies ?? [],
      inlinePolicies: async (name) => found(name)?.inlinePolicies ?? {},
      allOfCluster: async () => [],
    },
    roleMayExist: async (name) => found(name) !== undefined,
    instanceProfiles: {
      byName: async (name) => world.profiles.find((profile) => same(profile.name, name)),
      ofRole: async (name) =>
        world.profiles
          .filter(({ roles }) => roles.some((role) => same(role, name)))
          .map((profile) => ({ ...profile, tags: undefined })),
    },
    roleQuotas: async () => ({ trustPolicySize: 2_048, attachedPolicies: mostAttached }),
  };
}
