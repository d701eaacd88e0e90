/** A hundred objects of four kinds, as somebody has them before an upgrade. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Resource } from '../../src/core/resource.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { ElasticIP } from '../support/elastic-ip.ts';
import { isCurrent } from '../support/objects.ts';
import type { TestBed } from '../support/test-bed.ts';

export interface Fleet {
  apply(): Promise<void>;
  /** Each is asked for a look by annotation; resolves when all were looked at, and are Ready. */
  lookAtAll(asked: string): Promise<void>;
  waitReady(): Promise<void>;
  /** Name → generation and what AWS calls it. */
  identities(): Promise<ReadonlyMap<string, string>>;
}

const ec2 = [{ service: ['ec2.amazonaws.com'] }];
const allow = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
};

const kindsOn = (instanceId: string) => [
  { kind: 'ElasticIP', plural: 'elasticips', count: 55, spec: () => ({ tags: { team: 'web' } }) },
  {
    kind: 'IAMRole',
    plural: 'iamroles',
    count: 30,
    spec: () => ({
      trust: ec2,
      managedPolicies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'],
      inlinePolicies: { pictures: allow },
      tags: { team: 'web' },
    }),
  },
  {
    kind: 'KMSKey',
    plural: 'kmskeys',
    count: 10,
    spec: (name: string) => ({ aliases: [`alias/${name}`], rotation: { periodDays: 365 } }),
  },
  {
    kind: 'Image',
    plural: 'images',
    count: 5,
    spec: () => ({ source: { instanceId }, tags: { team: 'web' }, deprecateAfter: '30d' }),
  },
];

export const fleetSize = 100;
export const managing = ['ElasticIP', 'IAMRole', 'KMSKey', 'Image'].flatMap((kind) => ['--kinds', kind]);

/** What the four kinds' statuses have in common is all that is read here. */
type Member = Resource & Pick<ElasticIP, 'spec' | 'status'>;

export async function fleetIn({ kube: { client }, ec2: aws, namespace }: TestBed): Promise<Fleet> {
  const kinds = kindsOn((await aws.runInstance()).id);
  // A role's and an alias's name is the account's: so each begins with the namespace.
  const members = kinds.flatMap(({ kind, plural, count, spec }) =>
    Array.from({ length: count }, (_, n) => ({ kind, plural, name: `${namespace}-${n}`, spec })),
  );
  const path = (plural: string, name?: string) =>
    resourcePath({ group: 'mooring.dev', version: 'v1alpha1', plural, namespace, name });
  const list = async () => {
    const pages = await Promise.all(
      kinds.map(async ({ plural }) => (await client.list<Member>(path(plural))).items),
    );
    return pages.flat();
  };
  const until = async (what: string, is: (member: Member) => boolean) => {
    const deadline = performance.now() + 90_000;
    for (;;) {
      const all = await list();
      const missing = all.filter((member) => !is(member));
      if (all.length === members.length && missing.length === 0) return;
      if (performance.now() > deadline) {
        const { kind, metadata, status } = missing[0] ?? {};
        throw new Error(
          `${missing.length} of ${all.length} are not ${what}: ${kind} ${metadata?.name}: ${JSON.stringify(status)}`,
        );
      }
      await sleep(200);
    }
  };
  return {
    async apply() {
      for (const { kind, plural, name, spec } of members) {
        const manifest = { apiVersion: 'mooring.dev/v1alpha1', kind, metadata: { name }, spec: spec(name) };
        await client.apply(path(plural, name), manifest, { fieldManager: 'kubectl', force: true });
      }
    },
    waitReady: () => until('Ready', isCurrent),
    async lookAtAll(asked) {
      const annotations = { 'mooring.dev/reconcile-at': asked };
      for (const { plural, name } of members)
        await client.mergePatch(path(plural, name), { metadata: { annotations } });
      await until(
        'looked at',
        (member) => member.status?.lastHandledReconcileAt === asked && isCurrent(member),
      );
    },
    async identities() {
      const told = (await list()).map(({ kind, metadata, status }): [string, string] => [
        `${kind}/${metadata.name}`,
        JSON.stringify([metadata.generation, idsIn(status)]),
      ]);
      return new Map(told);
    },
  };
}

/** `allocationId`, `roleId`, `keyId`, …: whatever a kind's status names so. */
const idsIn = (status: object | undefined): unknown =>
  Object.entries(status ?? {})
    .filter(([field]) => /(Id|Arn|^arn)$/.test(field))
    .sort(([a], [b]) => (a < b ? -1 : 1));
