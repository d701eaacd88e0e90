import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { isCurrent } from '../support/objects.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('us-east-1');
const count = 300;
/**
 * The emulator takes longer for a look the more addresses there are, and does one thing at a time: twenty looks at
 * once are each twenty times as slow, and on a slow machine given up. So there are few at once; and what was given
 * up is not taken for absent before the emulator has had the time to show it.
 */
const gently = { argv: ['--concurrency', '5'], overrides: { visibleAfter: 60_000 } };
const patience = 180_000;

const names = Array.from({ length: count }, (_, n) => `web-${n}`);

async function readyCount({ kube }: TestBed): Promise<number> {
  return (await kube.list()).filter(isCurrent).length;
}

/** Which object has which address. */
const holdings = async ({ kube }: TestBed) =>
  new Map((await kube.list()).map(({ metadata, status }) => [metadata.name, status?.allocationId]));

const versions = async ({ kube }: TestBed) =>
  (await kube.list()).map(({ metadata }) => `${metadata.name} ${metadata.resourceVersion}`);

it(`${count} ElasticIPs: killed on the way, started again, exactly ${count} allocations, then sweeps of one call`, {
  timeout: 3 * patience,
}, async ({ bed }) => {
  const operator = await bed.spawn(gently.argv, gently.overrides);
  for (let start = 0; start < count; start += 50)
    await Promise.all(names.slice(start, start + 50).map((name) => bed.kube.apply(name)));
  await expect.poll(() => readyCount(bed), { timeout: patience, interval: 100 }).toBeGreaterThan(60);
  operator.kill('SIGKILL');
  await operator.exited;
  expect(await readyCount(bed)).toBeLessThan(count);

  const second = await bed.spawn(gently.argv, gently.overrides);
  await expect.poll(() => readyCount(bed), { timeout: patience, interval: 250 }).toBe(count);
  const held = await holdings(bed);
  const inAws = (await bed.ec2.ownAddresses()).map(({ allocationId }) => allocationId);
  expect(inAws).toHaveLength(count);
  expect([...held.values()].sort()).toEqual(inAws.sort());
  expect((await bed.calls('AllocateAddress')).filter(({ status }) => status === 200)).toHaveLength(count);

  second.kill('SIGKILL');
  await second.exited;
  const before = await versions(bed);
  const restarted = await bed.mark();
  await bed.start(['--resync', '10s']);
  const sweeps = () => bed.calls('DescribeAddresses', restarted);
  await expect.poll(async () => (await sweeps()).at(1)?.status, { interval: 250 }).toBe(200);
  await sleep(2_000);
  expect(await sweeps()).toHaveLength(2);
  expect(await bed.writes(restarted)).toEqual([]);
  expect((await bed.calls(undefined, restarted)).map(({ operation }) => operation)).toEqual(
    expect.arrayContaining(['GetCallerIdentity', 'DescribeAddresses']),
  );
  expect(await versions(bed)).toEqual(before);
});
