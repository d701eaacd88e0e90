import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { inject } from 'vitest';
import type { AccountStatus } from '../../src/core/account.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { Cluster } from './cluster.ts';
import { iamRegion } from './iam-user.ts';
import { type EventSeen, type KubernetesUser, kubernetesUser } from './kubernetes-user.ts';
import { type Objects, objectsOf, type StoredObject } from './objects.ts';
import { type TestBed, withTestBed } from './test-bed.ts';

export type AWSAccount = StoredObject<AccountStatus>;

/** The two halves of a long-lived access key, as a Secret for the operator has them. */
export interface AccessKey {
  readonly aws_access_key_id: string;
  readonly aws_secret_access_key: string;
  readonly aws_session_token?: string;
}

/** An administrator with kubectl, who applies AWSAccounts and what they refer to. */
export interface Administrator extends Objects<AWSAccount> {
  events(name: string): Promise<readonly EventSeen[]>;
  /** In the operator's namespace. */
  secret(name: string, key: Partial<AccessKey>): Promise<void>;
  deleteSecret(name: string): Promise<void>;
  /** Another namespace beside the bed's, and a person in it. */
  namespace(
    suffix: string,
    metadata?: object,
  ): Promise<{ readonly name: string; readonly kube: KubernetesUser }>;
  labelNamespace(name: string, metadata: object): Promise<void>;
  /** A new user's key in this account, with this policy. */
  keyOf(account: string, policy?: object): Promise<AccessKey>;
  /** What the user of this key may do from now on. */
  permit(key: AccessKey, policy: object): Promise<void>;
  /** The operator's STS calls in the bed's region, as `AssumeRole`. */
  stsCalls(): Promise<string[]>;
}

export const anyNamespace = { allowedNamespaces: { all: true } } as const;

const core = { group: '', version: 'v1' };
let users = 0;

/**
 * A bed on a control plane that no other suite uses: AWSAccounts are the whole cluster's, and once there is one
 * every operator goes by them. What the test leaves of them is taken away.
 */
export async function withAccounts(
  cluster: Cluster,
  region: string,
  use: (bed: TestBed, admin: Administrator) => Promise<void>,
): Promise<void> {
  await withTestBed(cluster, region, async (bed) => {
    const closing: (() => Promise<void>)[] = [];
    try {
      await use(bed, administrator(cluster, bed, closing));
    } finally {
      await Promise.all(closing.map((close) => close()));
      await clear(bed);
    }
  });
}

const accountsOf = ({ client }: KubernetesUser) =>
  objectsOf<AWSAccount>({ client, kind: 'AWSAccount', plural: 'awsaccounts' });

async function clear({ kube }: TestBed): Promise<void> {
  const accounts = accountsOf(kube);
  for (const { metadata } of await accounts.list()) await accounts.forget(metadata.name);
}

function administrator(cluster: Cluster, bed: TestBed, closing: (() => Promise<void>)[]): Administrator {
  const { client } = bed.kube;
  const usersByKey = new Map<string, User>();
  const secretPath = (name: string) =>
    resourcePath({ ...core, plural: 'secrets', namespace: bed.operatorNamespace, name });
  const namespacePath = (name: string) => resourcePath({ ...core, plural: 'namespaces', name });

  return {
    ...accountsOf(bed.kube),
    async events(name) {
      const all = await client.list<
        EventSeen & { readonly regarding?: { readonly name?: string; kind?: string } }
      >(resourcePath({ group: 'events.k8s.io', version: 'v1', plural: 'events', namespace: 'default' }));
      return all.items
        .filter(({ regarding }) => regarding?.name === name && regarding.kind === 'AWSAccount')
        .map(({ type, reason, note }) => ({ type, reason, note }));
    },
    secret: async (name, key) =>
      void (await client.apply(
        secretPath(name),
        { apiVersion: 'v1', kind: 'Secret', metadata: { name }, stringData: key },
        { fieldManager: 'kubectl', force: true },
      )),
    deleteSecret: async (name) => void (await client.remove(secretPath(name))),
    async namespace(suffix, metadata = {}) {
      const name = `${bed.namespace}-${suffix}`;
      await client.create('/api/v1/namespaces', { metadata: { ...metadata, name } });
      const kube = await kubernetesUser(cluster, name, async () => '');
      closing.push(() => kube.close());
      return { name, kube };
    },
    labelNamespace: async (name, metadata) =>
      void (await client.mergePatch(namespacePath(name), { metadata })),
    async keyOf(account, policy) {
      const user = await newUser(bed, account);
      closing.push(async () => user.iam.destroy());
      const key = await keyOf(user, policy);
      usersByKey.set(key.aws_access_key_id, user);
      return key;
    },
    async permit({ aws_access_key_id: id }, policy) {
      const user = usersByKey.get(id);
      if (!user) throw new Error(`no user of ours has the key ${id}`);
      await permit(user, policy);
    },
    stsCalls: async () =>
      (await bed.calls()).filter(({ service }) => service === 'sts').map(({ operation }) => operation),
  };
}

/** A person in IAM, and a way to look after them. */
interface User {
  readonly iam: IAMClient;
  readonly UserName: string;
}

async function newUser({ ec2 }: TestBed, account: string): Promise<User> {
  const session = await ec2.credentialsOf(account);
  const iam = new IAMClient({
    endpoint: inject('awsUrl'),
    region: iamRegion,
    credentials: {
      accessKeyId: session.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: session.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: session.AWS_SESSION_TOKEN ?? '',
    },
  });
  users += 1;
  const UserName = `mooring-${process.pid}-${users}`;
  await iam.send(new CreateUserCommand({ UserName }));
  return { iam, UserName };
}

async function permit({ iam, UserName }: User, policy: object): Promise<void> {
  const PolicyDocument = JSON.stringify(policy);
  await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'mooring', PolicyDocument }));
}

async function keyOf(user: User, policy?: object): Promise<AccessKey> {
  if (policy) await permit(user, policy);
  const { AccessKey } = await user.iam.send(new CreateAccessKeyCommand({ UserName: user.UserName }));
  return {
    aws_access_key_id: AccessKey?.AccessKeyId ?? '',
    aws_secret_access_key: AccessKey?.SecretAccessKey ?? '',
  };
}
