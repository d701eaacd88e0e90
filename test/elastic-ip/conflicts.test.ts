import { expect } from 'vitest';
import { ownershipTags } from '../../src/core/identity.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('eu-south-2');

const messageOf = async ({ kube }: TestBed, name: string) =>
  condition(await kube.waitFor(name, isBlocked('Conflict')), 'Ready')?.message;

const identityTags = ({ namespace }: TestBed, name: string, uid = 'gone') =>
  ownershipTags({
    identity: { cluster: namespace, kind: 'ElasticIP', namespace, name },
    uid,
    role: 'primary',
  });

it('an interface that carries a stranger’s address is left to it, and the message names it', async ({
  bed,
}) => {
  const instance = await bed.ec2.runInstance();
  const stranger = await bed.ec2.allocate();
  await bed.ec2.associate(stranger.allocationId, instance);
  await bed.start();
  await bed.kube.apply('web', { association: { instanceId: instance.id } });
  expect(await messageOf(bed, 'web')).toBe(
    `${instance.privateIpAddress} on ${instance.networkInterfaceId} already carries ${stranger.publicIp}: set spec.association.allowReassociation to displace it`,
  );
  expect(await bed.writes()).toEqual(['AllocateAddress']);

  await bed.kube.apply('web', { association: { instanceId: instance.id, allowReassociation: true } });
  await bed.kube.waitReady('web');
  expect(await bed.ec2.ownAddresses()).toMatchObject([{ instanceId: instance.id }]);
  expect(await bed.ec2.address(stranger.allocationId)).toMatchObject({ associationId: undefined });
});

it('two objects that name one instance: the first has it, the second says who', async ({ bed }) => {
  const instance = await bed.ec2.runInstance();
  await bed.start();
  const association = { instanceId: instance.id };
  await Promise.all(['a', 'b'].map((name) => bed.kube.apply(name, { association })));
  const verdicts = async () =>
    (await bed.kube.list()).map((object) => condition(object, 'Ready')?.reason).sort();
  await expect.poll(verdicts).toEqual(['Available', 'Conflict']);
  expect(await bed.calls('AssociateAddress')).toHaveLength(1);
});

it('an idle address that somebody associates by hand is left where they put it', async ({ bed }) => {
  const instance = await bed.ec2.runInstance();
  await bed.start();
  await bed.kube.apply('web');
  const { status } = await bed.kube.waitReady('web');
  await bed.ec2.associate(status?.allocationId ?? '', instance);
  await bed.kube.lookNow('web');
  const second = await bed.kube.lookNow('web');
  expect(second.status?.association).toMatchObject({ instanceId: instance.id, foreign: true });
  expect(await bed.ec2.ownAddresses()).toMatchObject([{ instanceId: instance.id }]);
});

it('two addresses that carry one object’s identity: neither is picked, both are named', async ({ bed }) => {
  const first = await bed.ec2.allocate(identityTags(bed, 'web'));
  const second = await bed.ec2.allocate(identityTags(bed, 'web'));
  await bed.start();
  await bed.kube.apply('web');
  const message = await messageOf(bed, 'web');
  expect(message).toContain(first.allocationId);
  expect(message).toContain(second.allocationId);
  expect(await bed.writes()).toEqual([]);

  await bed.ec2.untag(second.allocationId, 'mooring.dev/id', 'mooring.dev/cluster', 'mooring.dev/uid');
  await bed.kube.lookNow('web');
  const { status } = await bed.kube.waitReady('web');
  expect(status?.allocationId).toBe(first.allocationId);
});

it('an address that another object has taken over is not taken back, nor deleted with the object', async ({
  bed,
}) => {
  await bed.start();
  await bed.kube.apply('web', { tags: { team: 'web' } });
  const { status } = await bed.kube.waitReady('web');
  const id = status?.allocationId ?? '';
  await bed.ec2.tag(id, { 'mooring.dev/uid': 'another', team: 'another' });
  const before = await bed.mark();
  await bed.kube.lookNow('web');
  expect(await messageOf(bed, 'web')).toBe(
    `${id} belongs to ElasticIP/${bed.namespace}/web of cluster ${bed.namespace} (uid another): it is left alone`,
  );
  await bed.kube.deleteAndWait('web');
  expect(await bed.writes(before)).toEqual([]);
  expect((await bed.ec2.address(id))?.tags).toMatchObject({ 'mooring.dev/uid': 'another', team: 'another' });
});
