import { describe, expect } from 'vitest';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed } from '../support/test-bed.ts';

const it = onTestBed('eu-north-1');

describe('somebody changes in AWS', () => {
  it('the tags: every one that is ours is set right, ownership included', async ({ bed }) => {
    await bed.start();
    await bed.kube.apply('web', { tags: { team: 'web', stage: 'prod' } });
    const { status } = await bed.kube.waitReady('web');
    const before = (await bed.ec2.ownAddresses())[0]?.tags;
    const id = status?.allocationId ?? '';
    await bed.ec2.tag(id, { team: 'another' });
    await bed.ec2.untag(id, 'stage', 'mooring.dev/cluster', 'mooring.dev/creation');
    await bed.kube.lookNow('web');
    expect((await bed.ec2.address(id))?.tags).toEqual(before);
    const { note } = await bed.kube.waitEvent('web', 'CreateTags');
    expect(note).toContain('set stage, team');
    expect(note).toContain('restore mooring.dev/cluster, mooring.dev/creation');
  });

  it('the association, by taking it off: it is put back', async ({ bed }) => {
    const { id } = await bed.ec2.runInstance();
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: id } });
    const { status } = await bed.kube.waitReady('web');
    await bed.ec2.disassociate(status?.association?.associationId ?? '');
    await bed.kube.lookNow('web');
    expect(await bed.ec2.ownAddresses()).toMatchObject([{ instanceId: id }]);
  });

  it('the association, by moving it: a Conflict names the holder, and nothing is taken from it', async ({
    bed,
  }) => {
    const [mine, theirs] = await bed.ec2.runInstances(2, {});
    if (!mine || !theirs) throw new Error('no two instances');
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: mine.id } });
    const { status } = await bed.kube.waitReady('web');
    await bed.ec2.associate(status?.allocationId ?? '', theirs);
    await bed.kube.lookNow('web');
    const object = await bed.kube.waitFor('web', isBlocked('Conflict'));
    expect(condition(object, 'Ready')?.message).toBe(
      `${status?.publicIp} is associated with ${theirs.id}, which mooring did not do: set spec.association.allowReassociation to move it`,
    );
    await bed.kube.lookNow('web');
    expect(await bed.ec2.ownAddresses()).toMatchObject([{ instanceId: theirs.id }]);

    await bed.kube.apply('web', { association: { instanceId: mine.id, allowReassociation: true } });
    await bed.kube.waitReady('web');
    expect(await bed.ec2.ownAddresses()).toMatchObject([{ instanceId: mine.id }]);
  });

  it('anything, and nobody says so: the sweep finds it', async ({ bed }) => {
    await bed.start(['--resync', '10s']);
    for (const name of ['a', 'b', 'c']) await bed.kube.apply(name, { tags: { team: 'web' } });
    for (const name of ['a', 'b', 'c']) await bed.kube.waitReady(name);
    const { status } = await bed.kube.get('b');
    await bed.ec2.untag(status?.allocationId ?? '', 'team');
    const drifted = await bed.mark();
    await expect.poll(async () => (await bed.ec2.address(status?.allocationId ?? ''))?.tags.team).toBe('web');
    expect(await bed.writes(drifted)).toEqual(['CreateTags']);
  });
});

describe('somebody releases the address', () => {
  it('and it is had back from AWS, the same', async ({ bed }) => {
    const instance = await bed.ec2.runInstance();
    await bed.start();
    await bed.kube.apply('web', { association: { instanceId: instance.id } });
    const { status } = await bed.kube.waitReady('web');
    await bed.ec2.disassociate(status?.association?.associationId ?? '');
    await bed.ec2.release(status?.allocationId ?? '');
    await bed.kube.lookNow('web');
    const after = await bed.kube.waitReady('web');
    expect(after.status?.allocationId).not.toBe(status?.allocationId);
    expect((await bed.calls('AllocateAddress')).at(-1)?.input.Address).toBe(status?.publicIp);
    expect((await bed.kube.waitEvent('web', 'AddressRecovered')).type).toBe('Warning');
    expect(await bed.ec2.ownAddresses()).toMatchObject([{ instanceId: instance.id }]);
  });

  it('and AWS has given it away: a new one, and a Warning that the IP changed', async ({ bed }) => {
    await bed.start();
    await bed.kube.apply('web');
    const { status } = await bed.kube.waitReady('web');
    await bed.proxy.setRecoverable(status?.publicIp ?? '', false);
    await bed.ec2.release(status?.allocationId ?? '');
    await bed.kube.lookNow('web');
    const after = await bed.kube.waitReady('web');
    expect(after.status?.publicIp).not.toBe(status?.publicIp);
    const { type, note } = await bed.kube.waitEvent('web', 'AddressReplaced');
    expect(type).toBe('Warning');
    expect(note).toContain(
      `${status?.publicIp}) is gone and AWS does not give it back: the public IP changes`,
    );
    expect(await bed.ec2.ownAddresses()).toHaveLength(1);
  });
});
