import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('eu-central-1');

const healthInterval = ['--health-interval', '1s'];
/** Long enough for two looks at the health of everything. */
const twoLooks = 2_500;

/** The instances of one test carry its namespace. */
const tagsOf = ({ namespace }: TestBed) => ({ role: namespace });
const selecting = (bed: TestBed): object => ({
  association: { instanceSelector: { matchTags: tagsOf(bed) } },
});
const holderOf = async ({ ec2 }: TestBed) => (await ec2.ownAddresses()).map(({ instanceId }) => instanceId);

it('the address goes to a healthy selected instance and does not wander', async ({ bed }) => {
  await bed.ec2.runInstance({ role: 'another' });
  const [first, second] = await bed.ec2.runInstances(2, tagsOf(bed));
  await bed.proxy.setInstanceStatus(first?.id ?? '', { instance: 'impaired' });
  await bed.start(healthInterval);
  await bed.kube.apply('web', selecting(bed));
  const { status } = await bed.kube.waitReady('web');
  expect(status?.association?.instanceId).toBe(second?.id);
  expect(status?.candidates).toEqual([second?.id]);

  await bed.proxy.setInstanceStatus(first?.id ?? '', null);
  await bed.ec2.runInstance(tagsOf(bed));
  await bed.kube.waitFor('web', (object) => object.status?.candidates?.length === 3);
  await sleep(twoLooks);
  expect(await holderOf(bed)).toEqual([second?.id]);
  expect(await bed.writes()).toEqual(['AllocateAddress', 'AssociateAddress']);
});

it('one that is not running yet, or fails its checks, is not chosen; it is said and waited for', async ({
  bed,
}) => {
  const [only] = await bed.ec2.runInstances(1, tagsOf(bed));
  await bed.ec2.stop(only?.id ?? '');
  await bed.start(healthInterval);
  await bed.kube.apply('web', selecting(bed));
  const waiting = await bed.kube.waitFor('web', isBlocked('NoHealthyInstance'));
  expect(condition(waiting, 'Reconciling')?.status).toBe('True');
  await bed.ec2.start(only?.id ?? '');
  await bed.kube.waitReady('web');
  expect(await holderOf(bed)).toEqual([only?.id]);
});

it('when no selected instance is healthy the address stays and the object says so', async ({ bed }) => {
  const [first, second] = await bed.ec2.runInstances(2, tagsOf(bed));
  await bed.start(healthInterval);
  await bed.kube.apply('web', selecting(bed));
  await bed.kube.waitReady('web');
  await bed.ec2.stop(second?.id ?? '');
  await bed.ec2.stop(first?.id ?? '');
  const stuck = await bed.kube.waitFor('web', isBlocked('NoHealthyInstance'));
  expect(condition(stuck, 'Ready')?.message).toContain(`${first?.id} is stopped`);
  expect(await holderOf(bed)).toEqual([first?.id]);
  expect((await bed.kube.waitEvent('web', 'NoHealthyInstance')).type).toBe('Warning');

  await bed.ec2.start(second?.id ?? '');
  await bed.kube.waitReady('web');
  expect(await holderOf(bed)).toEqual([second?.id]);
});

it('addresses with one selector never displace each other', async ({ bed }) => {
  const [first, second] = await bed.ec2.runInstances(2, tagsOf(bed));
  await bed.start(healthInterval);
  const names = ['a', 'b', 'c'];
  await Promise.all(names.map((name) => bed.kube.apply(name, selecting(bed))));
  const settled = async () => {
    const objects = await bed.kube.list();
    const ready = objects.filter((object) => condition(object, 'Ready')?.status === 'True');
    return { ready, waiting: objects.filter(isBlocked('NoHealthyInstance')) };
  };
  await expect.poll(async () => (await settled()).ready.length).toBe(2);
  await expect.poll(async () => (await settled()).waiting.length).toBe(1);
  await sleep(twoLooks);
  expect((await holderOf(bed)).filter((id) => id !== undefined).sort()).toEqual([first?.id, second?.id]);
  const moves = await bed.calls('AssociateAddress');
  expect(moves.map(({ input }) => input.AllowReassociation)).toEqual(['false', 'false']);
});

it('an address whose instance is being given to another looks again instead of displacing it', async ({
  bed,
}) => {
  const [first, second] = await bed.ec2.runInstances(2, tagsOf(bed));
  await bed.start(healthInterval);
  const rule = await bed.inject({ hold: 'before' }, { operation: 'AssociateAddress', times: 1 });
  await bed.kube.apply('a', selecting(bed));
  await expect.poll(() => bed.calls('AssociateAddress')).toHaveLength(1);
  // It looks while the first one's call is on its way, and so sees the instance free.
  await bed.kube.apply('b', selecting(bed));
  await bed.kube.waitFor('b', isBlocked('Pending'));
  await bed.proxy.release(rule);
  await bed.kube.waitReady('a');
  await bed.kube.waitReady('b');
  expect((await holderOf(bed)).toSorted()).toEqual([first?.id, second?.id].toSorted());
  expect(await bed.calls('AssociateAddress')).toHaveLength(2);
});

it('an instance that loses the tags loses the address', async ({ bed }) => {
  const [first, second] = await bed.ec2.runInstances(2, tagsOf(bed));
  await bed.start(healthInterval);
  await bed.kube.apply('web', selecting(bed));
  await bed.kube.waitReady('web');
  await bed.ec2.untag(first?.id ?? '', 'role');
  const { note } = await bed.kube.waitEvent('web', 'FailedOver');
  expect(note).toContain(`${first?.id} → ${second?.id}, because ${first?.id} is no longer selected`);
  expect(await holderOf(bed)).toEqual([second?.id]);
});
