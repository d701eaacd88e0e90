import { expect } from 'vitest';
import { condition } from '../support/objects.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

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

it('unless the operator was told not to', async ({ bed }) => {
  await bed.start(['--no-idle-address-warning']);
  expect(condition(await idleForTwoDays(bed), 'Idle')).toBeUndefined();
});

it('by default it is told of', async ({ bed }) => {
  await bed.start();
  expect(condition(await idleForTwoDays(bed), 'Idle')?.status).toBe('True');
});
