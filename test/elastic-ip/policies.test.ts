import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { ownershipTags } from '../../src/core/identity.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed } from '../support/test-bed.ts';

const it = onTestBed('us-west-1');

describe('deletionPolicy', () => {
  it('Retain leaves the address with its tags, and the same manifest finds it again', async ({ bed }) => {
    await bed.start();
    await bed.kube.apply('web', { deletionPolicy: 'Retain' });
    const { status } = await bed.kube.waitReady('web');
    await bed.kube.deleteAndWait('web');
    const [retained] = await bed.ec2.ownAddresses();
    expect(retained?.tags['mooring.dev/released']).toBe('true');

    const { metadata } = await bed.kube.apply('web', { deletionPolicy: 'Retain' });
    const again = await bed.kube.waitReady('web');
    expect(again.status?.allocationId).toBe(status?.allocationId);
    const [found] = await bed.ec2.ownAddresses();
    expect(found?.tags).not.toHaveProperty('mooring.dev/released');
    expect(found?.tags['mooring.dev/uid']).toBe(metadata.uid);
    expect(await bed.calls('AllocateAddress')).toHaveLength(1);
  });

  it('is Retain by default for an address of one’s own range', async ({ bed }) => {
    await bed.start();
    await bed.kube.apply('byoip', { publicIpv4Pool: 'ipv4pool-ec2-0123456789abcdef0' });
    await bed.kube.waitReady('byoip');
    const [call] = await bed.calls('AllocateAddress');
    expect(call?.input.PublicIpv4Pool).toBe('ipv4pool-ec2-0123456789abcdef0');
    await bed.kube.deleteAndWait('byoip');
    expect(await bed.ec2.ownAddresses()).toHaveLength(1);
  });
});

it('a lost address is asked back by its IP, and kept when the object goes', async ({ bed }) => {
  const { allocationId, publicIp } = await bed.ec2.allocate();
  await bed.ec2.release(allocationId);
  await bed.start();
  await bed.kube.apply('web', { address: publicIp });
  const { status } = await bed.kube.waitReady('web');
  const [call] = await bed.calls('AllocateAddress');
  expect(call?.input.Address).toBe(publicIp);
  await bed.kube.deleteAndWait('web');
  expect(await bed.ec2.address(status?.allocationId ?? '')).toBeDefined();
});

describe('adopt', () => {
  it('takes over by allocation id, allocates nothing, and retains by default', async ({ bed }) => {
    const { allocationId, publicIp } = await bed.ec2.allocate({ costs: '4711' });
    await bed.start();
    await bed.kube.apply('web', { adopt: allocationId, tags: { team: 'web' } });
    const { status } = await bed.kube.waitReady('web');
    expect(status).toMatchObject({ allocationId, publicIp });
    const [adopted] = await bed.ec2.ownAddresses();
    expect(adopted?.tags).toMatchObject({
      'mooring.dev/id': `ElasticIP/${bed.namespace}/web`,
      team: 'web',
      costs: '4711',
    });
    await bed.kube.deleteAndWait('web');
    expect(await bed.ec2.address(allocationId)).toBeDefined();
    expect(await bed.writes()).not.toContain('AllocateAddress');
  });

  it('takes over by IP', async ({ bed }) => {
    const { allocationId, publicIp } = await bed.ec2.allocate();
    await bed.start();
    await bed.kube.apply('web', { adopt: publicIp });
    expect((await bed.kube.waitReady('web')).status?.allocationId).toBe(allocationId);
  });

  it('gives one address to one of two objects that ask for it at the same time', async ({ bed }) => {
    const { allocationId } = await bed.ec2.allocate();
    await bed.start();
    const rule = await bed.inject({ hold: 'before' }, { operation: 'CreateTags', times: 1 });
    await bed.kube.apply('a', { adopt: allocationId });
    await expect.poll(() => bed.calls('CreateTags')).toHaveLength(1);
    // It looks while the first one's tags are on their way, and so sees an address that is nobody's.
    await bed.kube.apply('b', { adopt: allocationId });
    await bed.kube.waitFor('b', isBlocked('Pending'));
    await bed.proxy.release(rule);
    const { metadata } = await bed.kube.waitReady('a');
    await bed.kube.waitFor('b', isBlocked('Conflict'));
    expect((await bed.ec2.address(allocationId))?.tags['mooring.dev/uid']).toBe(metadata.uid);
    expect(await bed.calls('CreateTags')).toHaveLength(1);
  });

  it('refuses what is another object’s, and what does not exist', async ({ bed }) => {
    const identity = { cluster: 'prod', kind: 'ElasticIP', namespace: 'shop', name: 'front' };
    const { allocationId } = await bed.ec2.allocate(ownershipTags({ identity, uid: 'u-1', role: 'primary' }));
    await bed.start();
    await bed.kube.apply('web', { adopt: allocationId });
    const refused = await bed.kube.waitFor('web', isBlocked('Conflict'));
    expect(condition(refused, 'Ready')?.message).toBe(
      `${allocationId} belongs to ElasticIP/shop/front of cluster prod (uid u-1): it is left alone`,
    );
    await bed.kube.apply('none', { adopt: 'eipalloc-0123456789abcdef0' });
    const missing = await bed.kube.waitFor('none', isBlocked('NotFound'));
    expect(condition(missing, 'Ready')?.message).toContain('eipalloc-0123456789abcdef0');
    for (const name of ['web', 'none']) await bed.kube.deleteAndWait(name);
    expect(await bed.writes()).toEqual([]);
  });
});

describe('managementPolicy: Observe', () => {
  it('shows what differs and writes nothing, not even on deletion', async ({ bed }) => {
    const { allocationId } = await bed.ec2.allocate();
    await bed.start();
    await bed.kube.apply('web', { adopt: allocationId, managementPolicy: 'Observe', tags: { team: 'web' } });
    const object = await bed.kube.waitReady('web');
    expect(object.status?.drift).toMatchObject([{ call: 'ec2:CreateTags', field: 'tags' }]);
    expect(condition(object, 'Drifted')?.status).toBe('True');
    await bed.kube.deleteAndWait('web');
    expect(await bed.writes()).toEqual([]);
  });
});

describe('annotations', () => {
  it('paused holds everything, deletion included, until it is taken off', async ({ bed }) => {
    await bed.start();
    await bed.kube.apply('web', { tags: { team: 'web' } });
    const { status } = await bed.kube.waitReady('web');
    await bed.kube.annotate('web', { 'mooring.dev/paused': 'true' });
    await bed.kube.waitFor('web', (object) => condition(object, 'Paused')?.status === 'True');
    const paused = await bed.mark();
    await bed.kube.patch('web', { spec: { tags: { team: 'another' } } });
    await bed.ec2.untag(status?.allocationId ?? '', 'team');
    await bed.kube.delete('web');
    await sleep(500);
    expect(await bed.calls(undefined, paused)).toEqual([]);
    await bed.kube.annotate('web', { 'mooring.dev/paused': null });
    await expect.poll(() => bed.kube.list()).toEqual([]);
    expect(await bed.ec2.ownAddresses()).toEqual([]);
  });

  it('paused, and resumed: what was changed meanwhile is done', async ({ bed }) => {
    await bed.start();
    await bed.kube.apply('web', {}, { 'mooring.dev/paused': 'true' });
    await bed.kube.waitFor('web', (object) => condition(object, 'Paused')?.status === 'True');
    expect(await bed.calls()).toEqual([]);
    await bed.kube.annotate('web', { 'mooring.dev/paused': null });
    expect(condition(await bed.kube.waitReady('web'), 'Paused')).toBeUndefined();
  });

  it('reconcile-at looks now, and is echoed', async ({ bed }) => {
    await bed.start();
    await bed.kube.apply('web');
    await bed.kube.waitReady('web');
    const before = await bed.mark();
    const object = await bed.kube.lookNow('web');
    expect(object.status?.lastHandledReconcileAt).toBe(
      object.metadata.annotations?.['mooring.dev/reconcile-at'],
    );
    expect(await bed.calls('DescribeAddresses', before)).toHaveLength(1);
  });
});

describe('--read-only', () => {
  it('writes nothing to AWS and shows what it would do', async ({ bed }) => {
    const operator = await bed.start();
    await bed.kube.apply('old');
    await bed.kube.waitReady('old');
    await operator.stop();

    await bed.start(['--read-only']);
    const before = await bed.mark();
    await bed.kube.apply('new');
    const object = await bed.kube.waitFor('new', isBlocked('ReadOnly'));
    expect(object.status?.drift).toMatchObject([{ call: 'ec2:AllocateAddress' }]);
    await bed.kube.delete('old');
    await bed.kube.waitFor('old', isBlocked('ReadOnly'));
    expect(await bed.writes(before)).toEqual([]);
  });
});
