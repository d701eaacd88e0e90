import { inject } from 'vitest';
import type { CallRecord } from '../../dev/proxy/control-types.ts';
import { isWrite } from '../../dev/proxy/counts.ts';
import type { Resource } from '../../src/core/resource.ts';
import type { IAMAccessKeyStatus } from '../../src/kinds/iam-access-key/spec.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { type IamUser, iamRegion, iamUser } from './iam-user.ts';
import type { EventSeen } from './kubernetes-user.ts';
import { ifThere, type Objects, objectsOf, type StoredObject } from './objects.ts';
import type { Operator } from './operator.ts';
import { type Mark, type OpenBed, onTestBed, type TestBed } from './test-bed.ts';

export type IAMAccessKey = StoredObject<IAMAccessKeyStatus>;

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
export interface KeyOwner extends Objects<IAMAccessKey> {
  /** The IAM user's name. */
  readonly user: string;
  start(argv?: readonly string[]): Promise<Operator>;
  waitEvent(name: string, reason: string): Promise<EventSeen>;
  /** Undefined: there is none. */
  secret(name: string): Promise<StoredSecret | undefined>;
  createSecret(name: string, data: Record<string, string>, metadata?: object): Promise<void>;
  patchSecret(name: string, patch: object): Promise<void>;
  deleteSecret(name: string): Promise<void>;
  writes(from?: Mark): Promise<string[]>;
  mark(): Promise<Mark>;
}

const secrets = { group: '', version: 'v1', plural: 'secrets' };

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
  const objects = objectsOf<IAMAccessKey>({
    client,
    namespace,
    kind: 'IAMAccessKey',
    plural: 'iamaccesskeys',
  });
  const secretPath = (name?: string) => resourcePath({ ...secrets, namespace, name });
  const user = userOf(bed);
  const calls = async (from = 0): Promise<string[]> =>
    (await proxy.calls({ service: 'iam' }))
      .filter((call) => call.id > from && call.accessKey !== 'person' && isOf(call, user))
      .map(({ operation }) => operation);

  return {
    ...objects,
    user,
    apply: (name, spec, annotations) => objects.apply(name, { userName: user, ...spec }, annotations),
    start: (argv = []) => start(['--kinds', 'IAMAccessKey', ...argv]),
    waitEvent: (name, reason) => kube.waitEvent(name, reason),
    writes: async (from) => (await calls(from)).filter(isWrite),
    mark: async () => (await proxy.calls({ service: 'iam' })).at(-1)?.id ?? 0,
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
