import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { onTestBed } from '../support/test-bed.ts';

const it = onTestBed('ap-south-1');
const allocation = { operation: 'AllocateAddress' };

describe('exactly one address, although', () => {
  it('the reply to its allocation was lost', async ({ bed }) => {
    await bed.inject({ cut: 'after' }, { ...allocation, times: 1 });
    await bed.start();
    await bed.kube.apply('web');
    const { status } = await bed.kube.waitReady('web');
    expect(await bed.ec2.ownAddresses()).toMatchObject([{ allocationId: status?.allocationId }]);
    expect(await bed.calls('AllocateAddress')).toHaveLength(1);
  });

  it('the reply was lost and AWS hides the address for a while', async ({ bed }) => {
    await bed.inject({ delayVisibilityMs: 1_500 }, { ...allocation, times: 1 });
    await bed.inject({ cut: 'after' }, { ...allocation, times: 1 });
    await bed.start([], { visibleAfter: 4_000 });
    await bed.kube.apply('web');
    await bed.kube.waitReady('web');
    expect(await bed.ec2.ownAddresses()).toHaveLength(1);
    expect(await bed.calls('AllocateAddress')).toHaveLength(1);
  });

  it('the call never arrived: it is made again, but only after AWS would have shown its result', async ({
    bed,
  }) => {
    await bed.inject({ cut: 'before' }, { ...allocation, times: 1 });
    await bed.start([], { visibleAfter: 2_000 });
    await bed.kube.apply('web');
    await bed.kube.waitReady('web');
    const [first, second, ...more] = await bed.calls('AllocateAddress');
    expect(more).toEqual([]);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_900);
    expect(await bed.ec2.ownAddresses()).toHaveLength(1);
  });

  it('the operator was killed between the intent and the reply', async ({ bed }) => {
    const rule = await bed.inject({ hold: 'before' }, { ...allocation, times: 1 });
    const operator = await bed.spawn();
    await bed.kube.apply('web');
    expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
    const { status } = await bed.kube.get('web');
    expect(status?.creation?.token).toBeDefined();
    operator.kill('SIGKILL');
    await operator.exited;
    await bed.start([], { visibleAfter: 3_000 });
    await sleep(500);
    await bed.proxy.release(rule);

    await bed.kube.waitReady('web');
    const [address, ...more] = await bed.ec2.ownAddresses();
    expect(more).toEqual([]);
    expect(address?.tags['mooring.dev/creation']).toBe(status?.creation?.token);
    expect(await bed.calls('AllocateAddress')).toHaveLength(1);
  });

  it('status could not be written after it, for somebody else had written it meanwhile', async ({ bed }) => {
    const rule = await bed.inject({ hold: 'after' }, { ...allocation, times: 1 });
    await bed.start();
    await bed.kube.apply('web');
    expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
    await bed.kube.patchStatus('web', { idleSince: '2026-01-01T00:00:00Z' });
    await bed.proxy.release(rule);
    await bed.kube.waitReady('web');
    expect(await bed.ec2.ownAddresses()).toHaveLength(1);
    expect(await bed.calls('AllocateAddress')).toHaveLength(1);
  });

  it('its manifest was changed while it was allocated', async ({ bed }) => {
    const rule = await bed.inject({ hold: 'before' }, { ...allocation, times: 1 });
    await bed.start();
    await bed.kube.apply('web');
    expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
    await bed.kube.apply('web', { tags: { team: 'web' } });
    await bed.proxy.release(rule);
    await bed.kube.waitReady('web');
    expect(await bed.ec2.ownAddresses()).toMatchObject([{ tags: { team: 'web' } }]);
    expect(await bed.calls('AllocateAddress')).toHaveLength(1);
  });
});

describe('nothing is left of an object that is deleted', () => {
  it('while nobody knows whether its address was allocated', async ({ bed }) => {
    await bed.inject({ delayVisibilityMs: 1_500 }, { ...allocation, times: 1 });
    await bed.inject({ cut: 'after' }, { ...allocation, times: 1 });
    await bed.start([], { visibleAfter: 4_000 });
    await bed.kube.apply('web');
    await expect.poll(async () => (await bed.calls('AllocateAddress')).length).toBe(1);
    await bed.kube.deleteAndWait('web');
    expect(await bed.writes()).toEqual(['AllocateAddress', 'ReleaseAddress']);
    expect(await bed.ec2.ownAddresses()).toEqual([]);
  });

  it('while its address is being allocated', async ({ bed }) => {
    const rule = await bed.inject({ hold: 'before' }, { ...allocation, times: 1 });
    await bed.start();
    await bed.kube.apply('web');
    expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
    await bed.kube.delete('web');
    await bed.proxy.release(rule);
    await expect.poll(() => bed.kube.list()).toEqual([]);
    expect(await bed.ec2.ownAddresses()).toEqual([]);
  });
});

it('thirty lost replies leak nothing', async ({ bed }) => {
  await bed.inject({ cut: 'after' }, { ...allocation, times: 30 });
  await bed.start();
  const names = Array.from({ length: 40 }, (_, n) => `web-${n}`);
  await Promise.all(names.map((name) => bed.kube.apply(name)));
  for (const name of names) await bed.kube.waitReady(name, 30_000);
  expect(await bed.ec2.ownAddresses()).toHaveLength(40);
  expect(await bed.calls('AllocateAddress')).toHaveLength(40);
});
