import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { confine, guard, onOwnControlPlane } from '../support/guardrails.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const region = 'us-gov-east-1';
const it = onTestBed(region, onOwnControlPlane(region));

/** Refused as a user sees it, and AWS was not written to. Returns the message. */
async function expectForbidden({ kube, writes }: TestBed, name: string, from = 0): Promise<string> {
  const object = await kube.waitFor(name, isBlocked('Forbidden'));
  expect(condition(object, 'Stalled')).toMatchObject({ status: 'True', reason: 'Forbidden' });
  const row = (await kube.table(true)).find(({ Name }) => Name === name);
  expect(row).toMatchObject({ Ready: 'False', Reason: 'Forbidden' });
  expect((await kube.waitEvent(name, 'Forbidden')).type).toBe('Warning');
  expect(await writes(from || undefined)).toEqual([]);
  return condition(object, 'Ready')?.message ?? '';
}

it('requiredTags: without them there is no address, with them there is', async ({ bed }) => {
  await guard(bed, { requiredTags: ['cost-center'] });
  await bed.start();
  await bed.kube.apply('web', { tags: { team: 'web' } });
  expect(await expectForbidden(bed, 'web')).toBe(
    'guardrails.requiredTags: spec.tags: lacks cost-center; required: cost-center',
  );
  await bed.kube.apply('web', { tags: { team: 'web', 'cost-center': '42' } });
  await bed.kube.waitReady('web');
  expect(await bed.writes()).toEqual(['AllocateAddress']);
});

it('requiredTags are met by the operator’s default tags, too', async ({ bed }) => {
  await guard(bed, { requiredTags: ['cost-center'] });
  await bed.start(['--default-tag', 'cost-center=42']);
  await bed.kube.apply('web');
  await bed.kube.waitReady('web');
});

it('allowedRegions: another Region is refused', async ({ bed }) => {
  await guard(bed, { allowedRegions: [bed.region] });
  await bed.start();
  await bed.kube.apply('far', { region: 'eu-north-1' });
  expect(await expectForbidden(bed, 'far')).toBe(
    `guardrails.allowedRegions: spec.region: eu-north-1 is no Region for this account; allowed: ${bed.region}`,
  );
  await bed.kube.apply('near');
  await bed.kube.waitReady('near');
});

it('deletionPolicy: Retain refuses a manifest that says Delete, and retains whatever is deleted', async ({
  bed,
}) => {
  await guard(bed, { deletionPolicy: 'Retain' });
  await bed.start();
  await bed.kube.apply('web', { deletionPolicy: 'Delete' });
  expect(await expectForbidden(bed, 'web')).toMatch(
    /^guardrails\.deletionPolicy: spec\.deletionPolicy: is Delete/,
  );
  await bed.kube.apply('web', {});
  await bed.kube.waitReady('web');
  await bed.kube.deleteAndWait('web');
  expect(await bed.writes()).toEqual(['AllocateAddress', 'CreateTags']);
  const [left] = await bed.ec2.ownAddresses();
  expect(left?.tags).toMatchObject({ 'mooring.dev/released': 'true' });
});

it('an object that is forbidden later keeps its address, and can be deleted with it', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('web');
  const { status } = await bed.kube.waitReady('web');
  const mark = await bed.mark();
  await guard(bed, { requiredTags: ['cost-center'] });
  await expectForbidden(bed, 'web', mark);
  expect((await bed.kube.get('web')).status?.publicIp).toBe(status?.publicIp);
  await bed.kube.deleteAndWait('web');
  expect(await bed.ec2.ownAddresses()).toEqual([]);
});

const adoptions = [
  ['there are guardrails', (bed: TestBed) => guard(bed, {})],
  ['the account is not for all namespaces', confine],
] as const;

for (const [when, rule] of adoptions) {
  it(`adopt is off once ${when}: nothing is taken, told, or deleted with the object`, async ({ bed }) => {
    const { allocationId, publicIp } = await bed.ec2.allocate({ team: 'prod' });
    await rule(bed);
    await bed.start();
    await bed.kube.apply('taken', { adopt: allocationId, deletionPolicy: 'Delete' });
    expect(await expectForbidden(bed, 'taken')).toContain(
      `guardrails.allowAdopt: spec.adopt: ${allocationId}`,
    );
    await bed.kube.apply('watched', { adopt: publicIp, managementPolicy: 'Observe' });
    await expectForbidden(bed, 'watched');
    for (const name of ['taken', 'watched']) {
      const { status } = await bed.kube.get(name);
      expect(status).not.toHaveProperty('allocationId');
      expect(status).not.toHaveProperty('publicIp');
      await bed.kube.deleteAndWait(name);
    }
    expect(await bed.writes()).toEqual([]);
    expect((await bed.ec2.addresses()).map((one) => one.allocationId)).toContain(allocationId);
  });
}

it('allowAdopt lets an address be taken over', async ({ bed }) => {
  const { allocationId } = await bed.ec2.allocate({});
  await guard(bed, { allowAdopt: true });
  await bed.start();
  await bed.kube.apply('web', { adopt: allocationId });
  await bed.kube.waitReady('web');
  expect(await bed.writes()).toEqual(['CreateTags']);
});

it('allowReassociation is off like adopt', async ({ bed }) => {
  const { id } = await bed.ec2.runInstance();
  await confine(bed);
  await bed.start();
  await bed.kube.apply('web', { association: { instanceId: id, allowReassociation: true } });
  expect(await expectForbidden(bed, 'web')).toMatch(
    /^guardrails\.allowAdopt: spec\.association\.allowReassociation/,
  );
});

it('allowedInstances: an instance without the tags gets no address, and is named', async ({ bed }) => {
  const { id, networkInterfaceId } = await bed.ec2.runInstance({ role: 'db' });
  await guard(bed, { allowedInstances: { public: bed.namespace } });
  await bed.start();
  await bed.kube.apply('by-id', { association: { instanceId: id } });
  expect(await expectForbidden(bed, 'by-id')).toBe(
    `guardrails.allowedInstances: spec.association: ${id} is no instance with the tags public=${bed.namespace}, which this account asks for`,
  );
  await bed.kube.apply('by-interface', { association: { networkInterfaceId } });
  expect(await expectForbidden(bed, 'by-interface')).toContain(id);

  const allowed = await bed.ec2.runInstance({ public: bed.namespace });
  await bed.kube.apply('by-interface-2', { association: { networkInterfaceId: allowed.networkInterfaceId } });
  await bed.kube.waitReady('by-interface-2');
});

it('allowedInstances: of selected instances one with the tags is chosen, and the others are named', async ({
  bed,
}) => {
  const role = bed.namespace;
  const other = await bed.ec2.runInstance({ role });
  const allowed = await bed.ec2.runInstance({ role, public: 'yes' });
  await guard(bed, { allowedInstances: { public: 'yes' } });
  await bed.start();
  await bed.kube.apply('web', { association: { instanceSelector: { matchTags: { role } } } });
  const object = await bed.kube.waitReady('web');
  expect(object.status?.association?.instanceId).toBe(allowed.id);
  expect(object.status?.candidates).toEqual([allowed.id]);
  expect(condition(object, 'InstancesForbidden')).toMatchObject({ status: 'True' });
  expect(condition(object, 'InstancesForbidden')?.message).toContain(other.id);
});

it('maxPerNamespace: the oldest have theirs, a later one waits until one of them goes', async ({ bed }) => {
  await guard(bed, { elasticIP: { maxPerNamespace: 2 } });
  await bed.start();
  for (const name of ['c', 'b']) {
    await bed.kube.apply(name);
    await bed.kube.waitReady(name);
  }
  // Kubernetes counts ages in seconds.
  await sleep(1_100);
  await bed.kube.apply('a');
  const mark = await bed.mark();
  expect(await expectForbidden(bed, 'a', mark)).toBe(
    `guardrails.elasticIP.maxPerNamespace: metadata.namespace: a is one too many in ${bed.namespace}; allowed with this account: the 2 oldest`,
  );
  await bed.kube.deleteAndWait('b');
  await bed.kube.waitReady('a', 5_000);
  expect(await bed.ec2.ownAddresses()).toHaveLength(2);
});
