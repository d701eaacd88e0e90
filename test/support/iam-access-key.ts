import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { CallRecord } from '../../dev/proxy/control-types.ts';
import { isWrite } from '../../dev/proxy/counts.ts';
import type { Condition } from '../../src/core/conditions.ts';
import type { CommonStatus, Resource } from '../../src/core/resource.ts';
import type { IAMAccessKeyStatus } from '../../src/kinds/iam-access-key/spec.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { isNotFound } from '../../src/runtime/kubernetes/kubernetes.ts';
import { type IamUser, iamRegion, iamUser } from './iam-user.ts';
import type { EventSeen } from './kubernetes-user.ts';
import type { Operator } from './operator.ts';
import { type Mark, type OpenBed, onTestBed, type TestBed } from './test-bed.ts';

/** An IAMAccessKey as the API server has it. */
export interface IAMAccessKey extends Resource {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: CommonStatus & IAMAccessKeyStatus;
}

export interface StoredSecret extends Resource {
  readonly type?: string;
  /** Decoded. */
  readonly data: Readonly<Record<string, string>>;
  readonly owners: readonly string[];
}

/**
 * A person with kubectl who applies IAMAccessKeys in the bed's namespace, of a user in IAM that is named after it:
 * IAM is the account's, and all suites share it.
 */
export interface KeyOwner {
  /** The IAM user's name. */
  readonly user: string;
  start(argv?: readonly string[]): Promise<Operator>;
  apply(name: string, spec?: object): Promise<IAMAccessKey>;
  get(name: string): Promise<IAMAccessKey>;
  waitFor(name: string, what: (key: IAMAccessKey) => boolean): Promise<IAMAccessKey>;
  waitReady(name: string): Promise<IAMAccessKey>;
  waitBlocked(name: string, reason: string): Promise<Condition>;
  waitEvent(name: string, reason: string): Promise<EventSeen>;
  /** Asks for a look by annotation, and waits until it was taken. */
  lookNow(name: string): Promise<IAMAccessKey>;
  delete(name: string): Promise<void>;
  deleteAndWait(name: string): Promise<void>;
  /** Undefined: there is none. */
  secret(name: string): Promise<StoredSecret | undefined>;
  createSecret(name: string, data: Record<string, string>, metadata?: object): Promise<void>;
  patchSecret(name: string, patch: object): Promise<void>;
  deleteSecret(name: string): Promise<void>;
  writes(from?: Mark): Promise<string[]>;
  mark(): Promise<Mark>;
}

const location = { group: 'mooring.dev', version: 'v1alpha1', plural: 'iamaccesskeys' };
const secrets = { group: '', version: 'v1', plural: 'secrets' };
const patience = 20_000;
let looks = 0;

/** `it`, with a bed for each test, an IAM user, a person who applies their keys, and one who looks at AWS. */
export const onKeyBed = (open?: OpenBed) =>
  onTestBed(iamRegion, open)
    .extend<{ iam: IamUser }>({
      iam: async ({ bed: _ }, use) => {
        const user = iamUser(inject('awsUrl'));
        await use(user);
        user.close();
      },
    })
    .extend<{ keys: KeyOwner }>({
      keys: async ({ bed, iam }, use) => {
        await iam.createUser(userOf(bed));
        await use(keyOwner(bed));
      },
    });

const userOf = ({ namespace }: TestBed): string => `${namespace}-app`;

export function keyOwner(bed: TestBed): KeyOwner {
  const { namespace, kube, proxy, start } = bed;
  const { client } = kube;
  const path = (name: string) => resourcePath({ ...location, namespace, name });
  const secretPath = (name?: string) => resourcePath({ ...secrets, namespace, name });
  const get = (name: string) => client.get<IAMAccessKey>(path(name));
  const user = userOf(bed);

  const waitFor: KeyOwner['waitFor'] = async (name, what) => {
    const deadline = performance.now() + patience;
    for (;;) {
      const key = await get(name);
      if (what(key)) return key;
      if (performance.now() > deadline)
        throw new Error(`${name} is not ${what}: ${JSON.stringify(told(key), null, 1)}`);
      await sleep(50);
    }
  };
  const gone = async (name: string) => {
    const deadline = performance.now() + patience;
    while (await ifThere(get(name))) {
      if (performance.now() > deadline)
        throw new Error(`${name} still exists: ${JSON.stringify(told(await get(name)), null, 1)}`);
      await sleep(50);
    }
  };
  const calls = async (from = 0): Promise<string[]> =>
    (await proxy.calls({ service: 'iam' }))
      .filter((call) => call.id > from && call.accessKey !== 'person' && isOf(call, user))
      .map(({ operation }) => operation);

  return {
    user,
    start: (argv = []) => start(['--kinds', 'IAMAccessKey', ...argv]),
    get,
    waitFor,
    writes: async (from) => (await calls(from)).filter(isWrite),
    mark: async () => (await proxy.calls({ service: 'iam' })).at(-1)?.id ?? 0,
    apply: (name, spec = {}) =>
      client.apply<IAMAccessKey>(
        path(name),
        {
          apiVersion: 'mooring.dev/v1alpha1',
          kind: 'IAMAccessKey',
          metadata: { name },
          spec: { userName: user, ...spec },
        },
        { fieldManager: 'kubectl', force: true },
      ),
    waitReady: (name) => waitFor(name, isReady),
    async waitBlocked(name, reason) {
      const key = await waitFor(name, (one) => readyOf(one)?.reason === reason && isSeen(one));
      const ready = readyOf(key);
      if (!ready) throw new Error(`${name} has no condition Ready`);
      return ready;
    },
    waitEvent: (name, reason) => kube.waitEvent(name, reason, patience),
    async lookNow(name) {
      looks += 1;
      const asked = `look ${looks}`;
      const metadata = { annotations: { 'mooring.dev/reconcile-at': asked } };
      await client.mergePatch(path(name), { metadata });
      return await waitFor(name, ({ status }) => status?.lastHandledReconcileAt === asked);
    },
    async delete(name) {
      await client.remove(path(name));
    },
    async deleteAndWait(name) {
      await client.remove(path(name));
      await gone(name);
    },
    async secret(name) {
      const found = await ifThere(client.get<RawSecret>(secretPath(name)));
      if (!found) return undefined;
      const { data = {}, ...rest } = found;
      const owners = (found.metadata.ownerReferences ?? []).map(({ uid }) => uid);
      return { ...rest, owners, data: decoded(data) };
    },
    async createSecret(name, stringData, metadata = {}) {
      await client.create(secretPath(), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { ...metadata, name },
        stringData,
      });
    },
    async patchSecret(name, patch) {
      await client.mergePatch(secretPath(name), patch, { fieldManager: 'kubectl-edit' });
    },
    async deleteSecret(name) {
      await client.remove(secretPath(name));
    },
  };
}

interface RawSecret extends Resource {
  readonly metadata: Resource['metadata'] & {
    readonly ownerReferences?: readonly { readonly uid: string }[];
  };
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

const decoded = (data: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );

const isOf = ({ input }: CallRecord, user: string): boolean => input.UserName === user;

async function ifThere<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

export const readyOf = ({ status }: IAMAccessKey) => status?.conditions?.find(({ type }) => type === 'Ready');
const isSeen = (key: IAMAccessKey): boolean => readyOf(key)?.observedGeneration === key.metadata.generation;
const isReady = (key: IAMAccessKey): boolean => readyOf(key)?.status === 'True' && isSeen(key);

function told({ metadata, spec, status }: IAMAccessKey): unknown {
  return { metadata: { ...metadata, managedFields: undefined }, spec, status };
}
