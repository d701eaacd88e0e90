import { describe, expect, it } from 'vitest';
import type { AccountSpec } from '../../core/account.ts';
import { AwsError, type ErrorClass } from '../../core/errors.ts';
import { createPlacement } from './placement.ts';
import { inUse } from './specs.ts';

const least: AccountSpec = { credentials: { default: {} }, allowedNamespaces: { all: true } };
const account = (
  name: string,
  finalizers: readonly string[] = ['mooring.dev/finalizer'],
  deleting = false,
) => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'AWSAccount',
  metadata: {
    name,
    uid: `u-${name}`,
    resourceVersion: '1',
    finalizers,
    ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
  },
});

interface World {
  readonly accounts?: Readonly<Record<string, AccountSpec>>;
  readonly annotations?: Readonly<Record<string, string>>;
  /** AWS does not say who the credentials are. */
  readonly error?: AwsError;
  /** The accounts are. */
  readonly deleting?: boolean;
}

function placing({ accounts = {}, annotations = {}, error, deleting = false }: World = {}) {
  const told: string[] = [];
  const names = new Set(Object.keys(accounts));
  const resolve = createPlacement({
    accounts: names,
    specOf: (name, begins) => {
      inUse(name, names.has(name) ? account(name, undefined, deleting) : undefined, begins);
      return accounts[name] ?? least;
    },
    namespace: (name) => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, uid: 'u', resourceVersion: '1', annotations },
    }),
    refresh: async (namespace) => void told.push(`refresh ${namespace}`),
    access: (name) => ({ name, source: { from: 'default' }, assumeRole: [], region: 'us-east-1' }),
    sessions: {
      identify: async ({ name }) => {
        told.push(`identify ${name}`);
        if (error) throw error;
        const arn = 'arn:aws:iam::111122223333:user/ci';
        return { partition: 'aws', account: '111122223333', arn, globalRegion: 'us-east-1' };
      },
    },
    own: async ({ spec }) => {
      told.push(`own ${spec.region}`);
      return { scope: { partition: 'aws', account: '999999999999', region: spec.region ?? 'none' } };
    },
    region: 'eu-central-1',
  });
  return { told, resolve };
}

const object = { namespace: 'web', spec: {}, placed: true };
const denied = (errorClass: ErrorClass) =>
  new AwsError({ class: errorClass, code: 'X', call: 'sts:AssumeRole', message: 'no', definite: true });

describe('a placement', () => {
  it('is the operator’s own while there is no account, in the namespace’s region', async () => {
    const { resolve, told } = placing({ annotations: { 'mooring.dev/region': 'eu-west-1' } });
    expect((await resolve(object)).scope.account).toBe('999999999999');
    expect(told).toEqual(['own eu-west-1']);
  });

  it('is the account’s, with its name for credentials, its tags and its guardrails', async () => {
    const guardrails = { allowAdopt: false };
    const production = { ...least, region: 'us-west-2', defaultTags: { team: 'web' }, guardrails };
    const { resolve } = placing({ accounts: { default: production } });
    expect(await resolve(object)).toEqual({
      scope: { partition: 'aws', account: '111122223333', region: 'us-west-2', credentials: 'default' },
      defaultTags: { team: 'web' },
      guardrails,
    });
  });

  it('of a global kind is in the region of its partition', async () => {
    const { resolve } = placing({ accounts: { default: { ...least, region: 'us-west-2' } } });
    expect((await resolve({ ...object, global: true })).scope.region).toBe('us-east-1');
  });

  it.each([
    [
      'the object’s',
      { region: 'ap-south-1' },
      { 'mooring.dev/region': 'eu-west-1' },
      'us-west-2',
      'ap-south-1',
    ],
    ['else the namespace’s', {}, { 'mooring.dev/region': 'eu-west-1' }, 'us-west-2', 'eu-west-1'],
    ['else the account’s', {}, {}, 'us-west-2', 'us-west-2'],
    ['else the operator’s', {}, {}, undefined, 'eu-central-1'],
  ])('has a region: %s', async (_, spec, annotations, region, expected) => {
    const { resolve } = placing({ accounts: { default: { ...least, region } }, annotations });
    expect((await resolve({ ...object, spec })).scope.region).toBe(expected);
  });

  it('says that its account is not for all', async () => {
    const some = { ...least, allowedNamespaces: { names: ['web'] } };
    expect((await placing({ accounts: { default: some } }).resolve(object)).restricted).toBe(true);
  });

  it('that is refused asks AWS nothing', async () => {
    const others = { ...least, allowedNamespaces: { names: ['shop'] } };
    const { resolve, told } = placing({ accounts: { default: others } });
    await expect(resolve(object)).rejects.toMatchObject({ reason: 'AccountNotAllowed' });
    expect(told).toEqual([]);
  });

  it('is decided for the first time by the newest word of Kubernetes, and only then', async () => {
    const { resolve, told } = placing({ accounts: { default: least } });
    await resolve(object);
    await resolve({ ...object, placed: false });
    expect(told).toEqual(['identify default', 'refresh web', 'identify default']);
  });

  it('waits for an account that is not there, or that the operator has not taken into use', () => {
    expect(() => inUse('a', undefined, true)).toThrow('AWSAccount a does not exist');
    expect(() => inUse('a', account('a', []), true)).toThrow('has not been looked at yet');
    expect(inUse('a', account('a'), true).metadata.name).toBe('a');
  });

  it('with an account that is being deleted goes on, and ends, and does not begin', async () => {
    const { resolve, told } = placing({ accounts: { default: least }, deleting: true });
    await expect(resolve({ ...object, placed: false })).rejects.toMatchObject({
      reason: 'DependencyNotReady',
      message: 'AWSAccount default is being deleted: nothing begins to use it',
    });
    expect(told).toEqual(['refresh web']);
    expect((await resolve(object)).scope.credentials).toBe('default');
    expect((await resolve({ ...object, placed: false, deleting: true })).scope.credentials).toBe('default');
  });

  it.each<[ErrorClass, string]>([
    ['Denied', 'AccessDenied'],
    ['Unauthenticated', 'InvalidCredentials'],
    ['Invalid', 'DependencyNotReady'],
  ])('whose account is %s says so in the account’s name: %s', async (errorClass, reason) => {
    const { resolve } = placing({ accounts: { default: least }, error: denied(errorClass) });
    await expect(resolve(object)).rejects.toMatchObject({
      name: 'ScopeRefused',
      reason,
      message: 'AWSAccount default: sts:AssumeRole: no',
    });
  });

  it('that AWS could not tell passes by itself', async () => {
    const { resolve } = placing({ accounts: { default: least }, error: denied('Throttled') });
    await expect(resolve(object)).rejects.toMatchObject({ name: 'AwsError', class: 'Throttled' });
  });
});
