import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { inject } from 'vitest';
import type { z } from 'zod';
import type { AccountStatus } from '../../src/core/account.ts';
import type { Condition } from '../../src/core/conditions.ts';
import type { CommonStatus, Resource } from '../../src/core/resource.ts';
import type { awsAccountDefinition } from '../../src/kinds/aws-account/spec.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { isNotFound } from '../../src/runtime/kubernetes/kubernetes.ts';
import type { Cluster } from './cluster.ts';
import { iamRegion } from './iam-user.ts';
import { type EventSeen, type KubernetesUser, kubernetesUser } from './kubernetes-user.ts';
import { patience } from './patience.ts';
import { type TestBed, withTestBed } from './test-bed.ts';

/** What a person writes: fields with a default may be left out. */
export type AWSAccountManifest = z.input<typeof awsAccountDefinition.spec>;

export interface AWSAccount extends Resource {
  readonly status?: CommonStatus & AccountStatus;
}

/** The two halves of a long-lived access key, as a Secret for the operator has them. */
export interface AccessKey {
  readonly aws_access_key_id: string;
  readonly aws_secret_access_key: string;
  readonly aws_session_token?: string;
}

/** An administrator with kubectl, who applies AWSAccounts and what they refer to. */
export interface Administrator {
  apply(name: string, spec: object): Promise<AWSAccount>;
  get(name: string): Promise<AWSAccount>;
  annotate(name: string, annotations: Record<string, string | null>): Promise<AWSAccount>;
  waitFor(name: string, what: (account: AWSAccount) => boolean, timeoutMs?: number): Promise<AWSAccount>;
  waitReady(name: string): Promise<AWSAccount>;
  waitBlocked(name: string, reason: string): Promise<Condition>;
  delete(name: string): Promise<void>;
  waitGone(name: string): Promise<void>;
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
  /** The operator's STS calls in the bed's region, as `AssumeRole`. */
  stsCalls(): Promise<string[]>;
}

export const anyNamespace = { allowedNamespaces: { all: true } } as const;
export const ready = ({ status }: Resource): Condition | undefined =>
  status?.conditions?.find(({ type }) => type === 'Ready');

const accounts = { group: 'mooring.dev', version: 'v1alpha1', plural: 'awsaccounts' };
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

async function clear({ kube: { client } }: TestBed): Promise<void> {
  const { items } = await client.list<Resource>(resourcePath(accounts));
  for (const { metadata } of items) {
    const path = resourcePath({ ...accounts, name: metadata.name });
    await client.mergePatch(path, { metadata: { finalizers: null } });
    await client.remove(path).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

function administrator(cluster: Cluster, bed: TestBed, closing: (() => Promise<void>)[]): Administrator {
  const { client } = bed.kube;
  const path = (name: string) => resourcePath({ ...accounts, name });
  const get = (name: string) => client.get<AWSAccount>(path(name));
  const apply = (at: string, body: object) =>
    client.apply<AWSAccount>(at, body, { fieldManager: 'kubectl', force: true });
  const secretPath = (name: string) =>
    resourcePath({ ...core, plural: 'secrets', namespace: bed.operatorNamespace, name });
  const namespacePath = (name: string) => resourcePath({ ...core, plural: 'namespaces', name });

  const until = async <T>(
    ask: () => Promise<T | undefined>,
    failure: () => Promise<string>,
    timeoutMs = patience,
  ) => {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const found = await ask();
      if (found !== undefined) return found;
      if (performance.now() > deadline) throw new Error(await failure());
      await sleep(50);
    }
  };
  const told = async (name: string) => JSON.stringify({ ...(await get(name)), metadata: undefined }, null, 1);
  const waitFor: Administrator['waitFor'] = (name, what, timeoutMs) =>
    until(
      async () => {
        const account = await get(name);
        return what(account) ? account : undefined;
      },
      async () => `AWSAccount ${name} is not ${what}: ${await told(name)}`,
      timeoutMs,
    );
  const isReady = (account: AWSAccount) =>
    ready(account)?.status === 'True' && account.status?.observedGeneration === account.metadata.generation;

  return {
    get,
    waitFor,
    apply: (name, spec) =>
      apply(path(name), { apiVersion: 'mooring.dev/v1alpha1', kind: 'AWSAccount', metadata: { name }, spec }),
    annotate: (name, annotations) => client.mergePatch<AWSAccount>(path(name), { metadata: { annotations } }),
    waitReady: (name) => waitFor(name, isReady),
    async waitBlocked(name, reason) {
      const account = await waitFor(name, (found) => ready(found)?.reason === reason);
      const condition = ready(account);
      if (!condition) throw new Error(`AWSAccount ${name} has no condition Ready`);
      return condition;
    },
    delete: async (name) => void (await client.remove(path(name))),
    waitGone: async (name) =>
      void (await until(
        () =>
          get(name).then(
            () => undefined,
            (error: unknown) => {
              if (isNotFound(error)) return true;
              throw error;
            },
          ),
        async () => `AWSAccount ${name} still exists: ${await told(name)}`,
      )),
    async events(name) {
      const all = await client.list<
        EventSeen & { readonly regarding?: { readonly name?: string; kind?: string } }
      >(resourcePath({ group: 'events.k8s.io', version: 'v1', plural: 'events', namespace: 'default' }));
      return all.items
        .filter(({ regarding }) => regarding?.name === name && regarding.kind === 'AWSAccount')
        .map(({ type, reason, note }) => ({ type, reason, note }));
    },
    secret: async (name, key) =>
      void (await apply(secretPath(name), {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name },
        stringData: key,
      })),
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
    keyOf: (account, policy) => keyOf(bed, account, policy),
    stsCalls: async () =>
      (await bed.calls()).filter(({ service }) => service === 'sts').map(({ operation }) => operation),
  };
}

async function keyOf({ ec2 }: TestBed, account: string, policy?: object): Promise<AccessKey> {
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
  if (policy) {
    const PolicyDocument = JSON.stringify(policy);
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'mooring', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  iam.destroy();
  return {
    aws_access_key_id: AccessKey?.AccessKeyId ?? '',
    aws_secret_access_key: AccessKey?.SecretAccessKey ?? '',
  };
}
