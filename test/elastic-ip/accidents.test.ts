import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import type { ElasticIP } from '../support/elastic-ip.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('ap-northeast-1');

async function made({ kube }: TestBed, count: number): Promise<ElasticIP[]> {
  const names = Array.from({ length: count }, (_, n) => `web-${n}`);
  await Promise.all(names.map((name) => kube.apply(name)));
  return await Promise.all(names.map((name) => kube.waitReady(name, 30_000)));
}

const idOf = ({ status }: ElasticIP): string => status?.allocationId ?? '';

it('credentials that are another account’s touch nothing, and the object says so', async ({ bed }) => {
  const operator = await bed.start();
  await made(bed, 1);
  await operator.stop();
  const before = await bed.mark();
  await bed.spawn([], {}, await bed.ec2.credentialsOf('999999999999'));
  const object = await bed.kube.lookNow('web-0');
  expect(condition(object, 'Ready')).toMatchObject({ status: 'False', reason: 'AccountChanged' });
  expect(condition(object, 'Ready')?.message).toContain('123456789012');
  expect(condition(object, 'Ready')?.message).toContain('999999999999');
  await bed.kube.delete('web-0');
  await sleep(500);
  expect(await bed.writes(before)).toEqual([]);
  expect(await bed.ec2.ownAddresses()).toHaveLength(1);
});

describe('--max-deletions', () => {
  it('holds what is beyond it, names the annotation, and lets go on with it', async ({ bed }) => {
    await bed.start(['--max-deletions', '2']);
    await made(bed, 5);
    await Promise.all([0, 1, 2, 3, 4].map((n) => bed.kube.delete(`web-${n}`)));
    await expect.poll(async () => (await bed.kube.list()).filter(isBlocked('DeletionHeld')).length).toBe(3);
    await expect.poll(async () => (await bed.ec2.ownAddresses()).length).toBe(3);
    const held = (await bed.kube.list()).filter(isBlocked('DeletionHeld'));
    for (const object of held) {
      expect(condition(object, 'Ready')?.message).toContain('mooring.dev/allow-deletion=true');
      await bed.kube.annotate(object.metadata.name, { 'mooring.dev/allow-deletion': 'true' });
    }
    await expect.poll(() => bed.kube.list()).toEqual([]);
    expect(await bed.ec2.ownAddresses()).toEqual([]);
  });

  it('holds an address in use as a whole, and counts its removal once however many calls it takes', async ({
    bed,
  }) => {
    const instances = await bed.ec2.runInstances(4, {});
    await bed.start(['--max-deletions', '2']);
    const names = instances.map((_, n) => `web-${n}`);
    await Promise.all(
      instances.map(({ id }, n) => bed.kube.apply(`web-${n}`, { association: { instanceId: id } })),
    );
    await Promise.all(names.map((name) => bed.kube.waitReady(name, 30_000)));
    const before = await bed.mark();
    await Promise.all(names.map((name) => bed.kube.delete(name)));
    await expect.poll(async () => (await bed.kube.list()).filter(isBlocked('DeletionHeld')).length).toBe(2);
    await expect.poll(async () => (await bed.kube.list()).length).toBe(2);
    expect((await bed.writes(before)).toSorted()).toEqual([
      'DisassociateAddress',
      'DisassociateAddress',
      'ReleaseAddress',
      'ReleaseAddress',
    ]);
    const held = await bed.ec2.ownAddresses();
    expect(held.filter(({ instanceId }) => instanceId !== undefined)).toHaveLength(2);
  });
});

describe('a mass loss', () => {
  it('is not made good: nothing is allocated again until a person says so', async ({ bed }) => {
    const operator = await bed.start();
    const objects = await made(bed, 8);
    await operator.stop();
    for (const object of objects) await bed.ec2.release(idOf(object));

    const lost = await bed.mark();
    await bed.start();
    await expect.poll(async () => (await bed.kube.list()).filter(isBlocked('RecreationHeld')).length).toBe(8);
    expect(await bed.writes(lost)).toEqual([]);
    const lostId = (await bed.kube.get('web-3')).status?.allocationId ?? '';
    const held = condition(await bed.kube.get('web-3'), 'Ready');
    expect(held?.message).toContain(`annotate mooring.dev/allow-recreation=${lostId}`);
    await bed.kube.annotate('web-3', { 'mooring.dev/allow-recreation': lostId });
    await bed.kube.waitReady('web-3');
    expect(await bed.writes(lost)).toEqual(['AllocateAddress']);
  });

  it('of a few is: five of them are made anew', async ({ bed }) => {
    const operator = await bed.start();
    const objects = await made(bed, 6);
    await operator.stop();
    for (const object of objects.slice(0, 5)) await bed.ec2.release(idOf(object));
    await bed.start();
    await expect.poll(async () => (await bed.ec2.ownAddresses()).length).toBe(6);
  });
});

it('an address that a listing lacks is not gone: it is asked for by name first', async ({ bed }) => {
  const operator = await bed.start();
  const [object] = await made(bed, 1);
  await operator.stop();
  if (object) await bed.ec2.untag(idOf(object), 'mooring.dev/cluster', 'mooring.dev/id', 'mooring.dev/uid');
  const before = await bed.mark();
  await bed.start();
  await expect.poll(async () => (await bed.ec2.ownAddresses()).length).toBe(1);
  expect(await bed.writes(before)).toEqual(['CreateTags']);
});

it('a fight over a field is given up after three repairs, and named', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('web', { tags: { team: 'web' } });
  const { status } = await bed.kube.waitReady('web');
  const id = status?.allocationId ?? '';
  const fought = await bed.mark();
  for (let round = 0; round < 6; round += 1) {
    await bed.ec2.tag(id, { team: 'another' });
    await bed.kube.lookNow('web');
  }
  const object = await bed.kube.waitFor('web', isBlocked('DriftFight'));
  expect(condition(object, 'Ready')?.message).toContain('tags was repaired three times');
  expect(await bed.writes(fought)).toEqual(['CreateTags', 'CreateTags', 'CreateTags']);
  expect((await bed.kube.waitEvent('web', 'DriftFight')).type).toBe('Warning');
});
