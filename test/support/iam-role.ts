import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { z } from 'zod';
import type { CallRecord } from '../../dev/proxy/control-types.ts';
import { isWrite } from '../../dev/proxy/counts.ts';
import type { Condition } from '../../src/core/conditions.ts';
import type { CommonStatus, Resource } from '../../src/core/resource.ts';
import type { IAMRoleStatus, iamRoleDefinition } from '../../src/kinds/iam-role/spec.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { isNotFound } from '../../src/runtime/kubernetes/kubernetes.ts';
import { type IamUser, iamRegion, iamUser } from './iam-user.ts';
import type { EventSeen } from './kubernetes-user.ts';
import type { Operator } from './operator.ts';
import { patience } from './patience.ts';
import { type Mark, type OpenBed, onTestBed, type TestBed } from './test-bed.ts';

/** What a person writes: fields with a default may be left out. */
export type IAMRoleManifest = z.input<typeof iamRoleDefinition.spec>;

/** An IAMRole as the API server has it. */
export interface IAMRole extends Resource {
  readonly spec: Readonly<Record<string, unknown>>;
  readonly status?: CommonStatus & IAMRoleStatus;
}

/**
 * A person with kubectl who applies IAMRoles, in the bed's namespace. IAM is the account's, and all suites
 * share it: so names begin with the namespace, objects' and roles' alike.
 */
export interface RoleOwner {
  /** `web` as no other test names it. */
  name(short: string): string;
  /** An operator that manages IAMRoles, and nothing else. */
  start(argv?: readonly string[]): Promise<Operator>;
  apply(name: string, spec: object, annotations?: Record<string, string>): Promise<IAMRole>;
  get(name: string): Promise<IAMRole>;
  annotate(name: string, annotations: Record<string, string | null>): Promise<IAMRole>;
  /** Polls until it is so; the failure tells what it was instead. */
  waitFor(name: string, what: (role: IAMRole) => boolean): Promise<IAMRole>;
  waitReady(name: string): Promise<IAMRole>;
  waitBlocked(name: string, reason: string): Promise<Condition>;
  waitEvent(name: string, reason: string): Promise<EventSeen>;
  /** Asks for a look by annotation, and waits until it was taken. */
  lookNow(name: string): Promise<IAMRole>;
  delete(name: string): Promise<void>;
  deleteAndWait(name: string): Promise<void>;
  /** As losing etcd does: the object is gone, and nobody was asked. */
  forget(name: string): Promise<void>;
  /** The operators' calls in IAM about what this bed names, reads included. */
  calls(from?: Mark): Promise<string[]>;
  writes(from?: Mark): Promise<string[]>;
  mark(): Promise<Mark>;
}

const location = { group: 'mooring.dev', version: 'v1alpha1', plural: 'iamroles' };
let looks = 0;

/** `it`, with a bed for each test, a person who applies IAMRoles, and one who looks at AWS. */
export const onRoleBed = (open?: OpenBed) =>
  onTestBed(iamRegion, open)
    .extend<{ roles: RoleOwner }>({ roles: async ({ bed }, use) => use(roleOwner(bed)) })
    .extend<{ iam: IamUser }>({
      iam: async ({ bed: _ }, use) => {
        const user = iamUser(inject('awsUrl'));
        await use(user);
        user.close();
      },
    });

function roleOwner({ namespace, kube, proxy, start }: TestBed): RoleOwner {
  const { client } = kube;
  const path = (name: string) => resourcePath({ ...location, namespace, name });
  const get = (name: string) => client.get<IAMRole>(path(name));
  const patch = (name: string, body: object) => client.mergePatch<IAMRole>(path(name), body);
  const annotate: RoleOwner['annotate'] = (name, annotations) => patch(name, { metadata: { annotations } });

  const waitFor: RoleOwner['waitFor'] = async (name, what) => {
    const deadline = performance.now() + patience;
    for (;;) {
      const role = await get(name);
      if (what(role)) return role;
      if (performance.now() > deadline)
        throw new Error(`${name} is not ${what}: ${JSON.stringify(told(role), null, 1)}`);
      await sleep(50);
    }
  };
  const gone = async (name: string) => {
    const deadline = performance.now() + patience;
    for (;;) {
      const left = await get(name).catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
      if (!left) return;
      if (performance.now() > deadline)
        throw new Error(`${name} still exists: ${JSON.stringify(told(left), null, 1)}`);
      await sleep(50);
    }
  };
  const isAbout = ({ input }: CallRecord) =>
    [input.RoleName, input.InstanceProfileName].some(
      (name) => typeof name === 'string' && name.startsWith(`${namespace}-`),
    );
  const calls: RoleOwner['calls'] = async (from = 0) =>
    (await proxy.calls({ service: 'iam' }))
      .filter((call) => call.id > from && call.accessKey !== 'person' && isAbout(call))
      .map(({ operation }) => operation);

  return {
    name: (short) => `${namespace}-${short}`,
    start: (argv = []) => start(['--kinds', 'IAMRole', ...argv]),
    get,
    annotate,
    waitFor,
    calls,
    writes: async (from) => (await calls(from)).filter(isWrite),
    mark: async () => (await proxy.calls({ service: 'iam' })).at(-1)?.id ?? 0,
    apply: (name, spec, annotations) =>
      client.apply<IAMRole>(
        path(name),
        {
          apiVersion: 'mooring.dev/v1alpha1',
          kind: 'IAMRole',
          metadata: { name, ...(annotations && { annotations }) },
          spec,
        },
        { fieldManager: 'kubectl', force: true },
      ),
    waitReady: (name) => waitFor(name, isReady),
    async waitBlocked(name, reason) {
      const role = await waitFor(name, (one) => readyOf(one)?.reason === reason && isSeen(one));
      const ready = readyOf(role);
      if (!ready) throw new Error(`${name} has no condition Ready`);
      return ready;
    },
    waitEvent: (name, reason) => kube.waitEvent(name, reason),
    async lookNow(name) {
      looks += 1;
      const asked = `look ${looks}`;
      await annotate(name, { 'mooring.dev/reconcile-at': asked });
      return await waitFor(name, ({ status }) => status?.lastHandledReconcileAt === asked);
    },
    async delete(name) {
      await client.remove(path(name));
    },
    async deleteAndWait(name) {
      await client.remove(path(name));
      await gone(name);
    },
    async forget(name) {
      await patch(name, { metadata: { finalizers: null } });
      await client.remove(path(name)).catch((error: unknown) => {
        if (!isNotFound(error)) throw error;
      });
      await gone(name);
    },
  };
}

const readyOf = ({ status }: IAMRole) => status?.conditions?.find(({ type }) => type === 'Ready');
const isSeen = (role: IAMRole): boolean => readyOf(role)?.observedGeneration === role.metadata.generation;
const isReady = (role: IAMRole): boolean => readyOf(role)?.status === 'True' && isSeen(role);

function told({ metadata, spec, status }: IAMRole): unknown {
  return { metadata: { ...metadata, managedFields: undefined }, spec, status };
}
