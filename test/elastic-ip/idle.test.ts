import { expect } from 'vitest';
import { MovableClock } from '../support/movable-clock.ts';
import { condition } from '../support/objects.ts';
import { type ScrapedSample, samplesIn } from '../support/scrape.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const isIdle = ({ metric, labels }: ScrapedSample): boolean =>
  metric === 'mooring_resource_conditions' && labels.kind === 'ElasticIP' && labels.type === 'Idle';

const it = onTestBed('ap-northeast-2');

/** An address that was first seen idle two days ago. */
async function idleForTwoDays({ kube }: TestBed) {
  await kube.apply('web');
  await kube.waitReady('web');
  await kube.patchStatus('web', { idleSince: new Date(Date.now() - 2 * 86_400_000).toISOString() });
  return await kube.lookNow('web');
}

it('an address that has been associated with nothing for a day is told of, for it costs money', async ({
  bed,
}) => {
  await bed.start(['--idle-address-warning']);
  const object = await idleForTwoDays(bed);
  expect(condition(object, 'Idle')?.status).toBe('True');
  expect(condition(object, 'Ready')?.status).toBe('True');
  const { type, note } = await bed.kube.waitEvent('web', 'Idle');
  expect(type).toBe('Warning');
  expect(note).toContain(`${object.status?.publicIp} has been associated with nothing for a day`);

  const instance = await bed.ec2.runInstance();
  await bed.kube.apply('web', { association: { instanceId: instance.id } });
  expect(condition(await bed.kube.waitReady('web'), 'Idle')).toBeUndefined();
});

it('a sweep finds it by itself once the day is over, and counts it', async ({ bed }) => {
  const clock = new MovableClock();
  const operator = await bed.start(['--resync', '10s'], { clock });
  const idle = async () => samplesIn(await (await fetch(`${operator.metrics}/metrics`)).text()).find(isIdle);
  for (const name of ['web', 'mail']) {
    await bed.kube.apply(name);
    await bed.kube.waitReady(name);
  }
  const before = await bed.kube.get('web');
  clock.set(Date.now() + 25 * 3_600_000);
  clock.speed = 20;
  const object = await bed.kube.waitFor('web', (one) => condition(one, 'Idle')?.status === 'True');
  expect(object.status?.idleSince).toBe(before.status?.idleSince);
  await expect.poll(idle).toMatchObject({ value: 2 });
  await bed.kube.deleteAndWait('mail');
  await expect.poll(idle).toMatchObject({ value: 1 });
});

it('unless the operator was told not to', async ({ bed }) => {
  await bed.start(['--no-idle-address-warning']);
  expect(condition(await idleForTwoDays(bed), 'Idle')).toBeUndefined();
});

it('by default it is told of', async ({ bed }) => {
  await bed.start();
  expect(condition(await idleForTwoDays(bed), 'Idle')?.status).toBe('True');
});
