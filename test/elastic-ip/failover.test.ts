import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { InstanceMade } from '../support/ec2-user.ts';
import type { ElasticIP } from '../support/elastic-ip.ts';
import { isBlocked } from '../support/objects.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('eu-west-3');

const twoLooks = 2_500;
const allowance = 250;

/** Two instances, and an address on the first of them. */
async function onTheFirst(
  bed: TestBed,
  failover?: { unhealthyAfter?: string; cooldown?: string; failback?: boolean },
): Promise<[InstanceMade, InstanceMade]> {
  const tags = { role: bed.namespace };
  const [first, second] = await bed.ec2.runInstances(2, tags);
  if (!first || !second) throw new Error('the emulator made no two instances');
  await bed.start(['--health-interval', '1s']);
  await bed.kube.apply('web', {
    association: { instanceSelector: { matchTags: tags } },
    ...(failover && { failover }),
  });
  await bed.kube.waitReady('web');
  expect(await holderOf(bed)).toBe(first.id);
  return [first, second];
}

const holderOf = async ({ ec2 }: TestBed) => (await ec2.ownAddresses())[0]?.instanceId;
const isOn =
  ({ id }: InstanceMade) =>
  (object: ElasticIP) =>
    object.status?.association?.instanceId === id;
const movedAt = ({ status }: ElasticIP) => Date.parse(status?.lastFailover?.at ?? '');

it('an instance stops: the address goes to the next, and the event tells from, to and why', async ({
  bed,
}) => {
  const [first, second] = await onTheFirst(bed);
  await bed.ec2.stop(first.id);
  const { status } = await bed.kube.waitFor('web', isOn(second));
  expect(await holderOf(bed)).toBe(second.id);
  expect(status?.lastFailover).toMatchObject({
    from: first.id,
    to: second.id,
    reason: `${first.id} is stopped`,
  });
  const { type, note } = await bed.kube.waitEvent('web', 'FailedOver');
  expect(type).toBe('Warning');
  expect(note).toBe(`${status?.publicIp}: ${first.id} → ${second.id}, because ${first.id} is stopped`);

  await bed.ec2.start(first.id);
  await bed.kube.waitFor('web', (object) => object.status?.candidates?.length === 2);
  await sleep(twoLooks);
  expect(await holderOf(bed)).toBe(second.id);
});

it('an instance is terminated: AWS takes the address off it, and it goes to the next', async ({ bed }) => {
  const [first, second] = await onTheFirst(bed);
  await bed.ec2.terminate(first.id);
  const { status } = await bed.kube.waitFor('web', isOn(second));
  expect(await holderOf(bed)).toBe(second.id);
  expect(status?.lastFailover).toMatchObject({ from: first.id, to: second.id });
});

it('an instance fails its checks: the address moves, but only after unhealthyAfter', async ({ bed }) => {
  const [first, second] = await onTheFirst(bed, { unhealthyAfter: '4s', cooldown: '1s' });
  // AWS tells whole seconds.
  const since = Math.floor(Date.now() / 1_000) * 1_000;
  await bed.proxy.setInstanceStatus(first.id, {
    system: 'impaired',
    impairedSince: new Date(since).toISOString(),
  });
  const moved = await bed.kube.waitFor('web', isOn(second));
  expect(movedAt(moved) - since).toBeGreaterThanOrEqual(4_000);
  expect(moved.status?.lastFailover?.reason).toBe(`${first.id} fails its status checks`);
});

it('a failure that passes within unhealthyAfter moves nothing', async ({ bed }) => {
  const [first] = await onTheFirst(bed, { unhealthyAfter: '60s' });
  const impairedSince = new Date().toISOString();
  await bed.proxy.setInstanceStatus(first.id, { instance: 'impaired', impairedSince });
  await sleep(twoLooks);
  await bed.proxy.setInstanceStatus(first.id, null);
  await sleep(twoLooks);
  expect(await holderOf(bed)).toBe(first.id);
  expect(await bed.calls('AssociateAddress')).toHaveLength(1);
});

it('health that is unknown moves nothing', async ({ bed }) => {
  const [first] = await onTheFirst(bed, { unhealthyAfter: '0s', cooldown: '0s' });
  await bed.proxy.setInstanceStatus(first.id, { system: 'insufficient-data', instance: 'insufficient-data' });
  await bed.inject(
    { error: { code: 'InternalError', message: 'An internal error has occurred', status: 500 } },
    { operation: 'DescribeInstanceStatus', after: 2, times: 3 },
  );
  await sleep(2 * twoLooks);
  await bed.proxy.setInstanceStatus(first.id, { system: 'initializing', instance: 'initializing' });
  await sleep(twoLooks);
  expect(await holderOf(bed)).toBe(first.id);
  expect(await bed.calls('AssociateAddress')).toHaveLength(1);
});

it('an instance is terminated while no other is healthy: the move is told in full when one is', async ({
  bed,
}) => {
  const [first, second] = await onTheFirst(bed);
  await bed.ec2.stop(second.id);
  await bed.kube.waitFor('web', (object) => object.status?.candidates?.length === 1);
  await bed.ec2.terminate(first.id);
  const waiting = await bed.kube.waitFor('web', isBlocked('NoHealthyInstance'));
  expect(waiting.status).not.toHaveProperty('association');
  expect(waiting.status?.lastInstanceId).toBe(first.id);

  await bed.ec2.start(second.id);
  const { status } = await bed.kube.waitFor('web', isOn(second));
  expect(status?.lastFailover).toMatchObject({ from: first.id, to: second.id });
  const { type, note } = await bed.kube.waitEvent('web', 'FailedOver');
  expect(type).toBe('Warning');
  expect(note).toContain(`${first.id} → ${second.id}, because ${first.id} is terminated`);
});

it('with failback it returns to the first once that is healthy, but not before the cooldown', async ({
  bed,
}) => {
  const [first, second] = await onTheFirst(bed, { failback: true, cooldown: '4s' });
  await bed.ec2.stop(first.id);
  const away = await bed.kube.waitFor('web', isOn(second));
  await bed.ec2.start(first.id);
  const back = await bed.kube.waitFor('web', isOn(first));
  expect(movedAt(back) - movedAt(away)).toBeGreaterThanOrEqual(4_000 - allowance);
  expect(back.status?.lastFailover?.reason).toBe(`${first.id} is healthy again`);
});

it('health is looked at in batches: ten addresses cost as many calls a look as one', async ({ bed }) => {
  const tags = { role: bed.namespace };
  await bed.ec2.runInstances(10, tags);
  await bed.start(['--health-interval', '1s']);
  const names = Array.from({ length: 10 }, (_, n) => `web-${n}`);
  const manifest = { association: { instanceSelector: { matchTags: tags } } };
  await Promise.all(names.map((name) => bed.kube.apply(name, manifest)));
  for (const name of names) await bed.kube.waitReady(name, 30_000);

  const quiet = await bed.mark();
  await expect
    .poll(async () => (await bed.calls('DescribeInstanceStatus', quiet)).length)
    .toBeGreaterThanOrEqual(3);
  const calls = (await bed.calls(undefined, quiet)).map(({ operation }) => operation);
  const looks = calls.filter((operation) => operation === 'DescribeInstanceStatus').length;
  expect(calls.length).toBeLessThanOrEqual(3 * (looks + 1));
  expect(await bed.writes(quiet)).toEqual([]);
});
