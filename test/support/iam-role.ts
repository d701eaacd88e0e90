import { inject } from 'vitest';
import type { CallRecord } from '../../dev/proxy/control-types.ts';
import { isWrite } from '../../dev/proxy/counts.ts';
import type { IAMRoleStatus } from '../../src/kinds/iam-role/spec.ts';
import { type IamUser, iamRegion, iamUser } from './iam-user.ts';
import type { EventSeen } from './kubernetes-user.ts';
import { type Objects, objectsOf, type StoredObject } from './objects.ts';
import type { Operator } from './operator.ts';
import { type Mark, type OpenBed, onTestBed, type TestBed } from './test-bed.ts';

export type IAMRole = StoredObject<IAMRoleStatus>;

/**
 * A person with kubectl who applies IAMRoles, in the bed's namespace. IAM is the account's, and all suites
 * share it: so names begin with the namespace, objects' and roles' alike.
 */
export interface RoleOwner extends Objects<IAMRole> {
  /** `web` as no other test names it. */
  name(short: string): string;
  /** An operator that manages IAMRoles, and nothing else. */
  start(argv?: readonly string[]): Promise<Operator>;
  waitEvent(name: string, reason: string): Promise<EventSeen>;
  /** The operators' calls in IAM about what this bed names, reads included. */
  calls(from?: Mark): Promise<string[]>;
  writes(from?: Mark): Promise<string[]>;
  mark(): Promise<Mark>;
}

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
  const isAbout = ({ input }: CallRecord) =>
    [input.RoleName, input.InstanceProfileName].some(
      (name) => typeof name === 'string' && name.startsWith(`${namespace}-`),
    );
  const calls: RoleOwner['calls'] = async (from = 0) =>
    (await proxy.calls({ service: 'iam' }))
      .filter((call) => call.id > from && call.accessKey !== 'person' && isAbout(call))
      .map(({ operation }) => operation);

  return {
    ...objectsOf({ client: kube.client, namespace, kind: 'IAMRole', plural: 'iamroles' }),
    name: (short) => `${namespace}-${short}`,
    start: (argv = []) => start(['--kinds', 'IAMRole', ...argv]),
    waitEvent: (name, reason) => kube.waitEvent(name, reason),
    calls,
    writes: async (from) => (await calls(from)).filter(isWrite),
    mark: async () => (await proxy.calls({ service: 'iam' })).at(-1)?.id ?? 0,
  };
}
