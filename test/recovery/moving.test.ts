import { expect } from 'vitest';
import { tagKeys } from '../../src/core/identity.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed } from '../support/test-bed.ts';

/** What docs/disaster-recovery.md has a person do by hand. The other suite of this region is about keys. */

const it = onTestBed('ap-east-1');

it('an object moves to another name once its owner’s tags are off what it retained', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('web', { deletionPolicy: 'Retain' });
  const { allocationId = '' } = (await bed.kube.waitReady('web')).status ?? {};
  await bed.kube.deleteAndWait('web');

  await bed.kube.apply('moved', { adopt: allocationId });
  const refused = await bed.kube.waitFor('moved', isBlocked('Conflict'));
  expect(condition(refused, 'Ready')?.message).toContain(`belongs to ElasticIP/${bed.namespace}/web`);

  await bed.ec2.untag(allocationId, tagKeys.cluster, tagKeys.id, tagKeys.uid);
  await bed.kube.lookNow('moved');
  expect((await bed.kube.waitReady('moved')).status?.allocationId).toBe(allocationId);
  expect((await bed.writes()).filter((call) => call === 'AllocateAddress')).toHaveLength(1);
});

it('a renamed cluster has its resources again once the tag says the new name, and makes none anew', async ({
  bed,
}) => {
  const before = await bed.start();
  await bed.kube.apply('web');
  const { allocationId = '' } = (await bed.kube.waitReady('web')).status ?? {};
  await before.stop();

  const name = `${bed.namespace}-new`;
  await bed.start(['--cluster-name', name, '--rename-from', bed.namespace]);
  const refused = await bed.kube.waitFor('web', isBlocked('Conflict'));
  expect(condition(refused, 'Ready')?.message).toContain(`of cluster ${bed.namespace}`);

  await bed.ec2.tag(allocationId, { [tagKeys.cluster]: name });
  await bed.kube.lookNow('web');
  expect((await bed.kube.waitReady('web')).status?.allocationId).toBe(allocationId);
  expect((await bed.writes()).filter((call) => call === 'AllocateAddress')).toHaveLength(1);
});
