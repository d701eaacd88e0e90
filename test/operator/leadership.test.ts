import { expect } from 'vitest';
import { z } from 'zod';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('ca-central-1');

const leaseSchema = z.object({ spec: z.object({ holderIdentity: z.string().optional() }) });

async function holderOf({ kube, operatorNamespace }: TestBed): Promise<string> {
  const lease = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', name: 'mooring' };
  const found = await kube.client.get(resourcePath({ ...lease, namespace: operatorNamespace }));
  return leaseSchema.parse(found).spec.holderIdentity ?? '';
}

const led = (logs: readonly string[]) => logs.some((line) => line.includes('"msg":"leading"'));

it('of two replicas one works; when it stops, the other takes over and nothing is done twice', async ({
  bed,
}) => {
  const first = await bed.start(['--leader-elect']);
  await expect.poll(() => led(first.logs)).toBe(true);
  const second = await bed.start(['--leader-elect']);
  const names = Array.from({ length: 20 }, (_, n) => `web-${n}`);
  await Promise.all(names.map((name) => bed.kube.apply(name)));
  await expect.poll(async () => (await bed.calls('AllocateAddress')).length).toBeGreaterThan(2);
  expect(led(second.logs)).toBe(false);
  await first.stop();
  await expect.poll(() => led(second.logs)).toBe(true);
  for (const name of names) await bed.kube.waitReady(name);
  expect(await bed.ec2.ownAddresses()).toHaveLength(20);
  expect(await bed.calls('AllocateAddress')).toHaveLength(20);
});

it('a replica that is killed is followed by the other, which finds what it had begun', async ({ bed }) => {
  const first = await bed.spawn(['--leader-elect']);
  await expect.poll(() => led(first.logs)).toBe(true);
  const second = await bed.start(['--leader-elect']);
  const rule = await bed.inject({ hold: 'before' }, { operation: 'AllocateAddress', times: 1 });
  await bed.kube.apply('web');
  expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
  first.kill('SIGKILL');
  await first.exited;
  await bed.proxy.release(rule);
  await expect.poll(() => led(second.logs)).toBe(true);
  await bed.kube.waitReady('web');
  expect(await bed.ec2.ownAddresses()).toHaveLength(1);
  expect(await bed.calls('AllocateAddress')).toHaveLength(1);
});

it('on SIGTERM it finishes what runs, begins nothing, gives up the Lease, and exits 0', async ({ bed }) => {
  const operator = await bed.spawn(['--leader-elect', '--concurrency', '1'], null);
  await expect.poll(() => led(operator.logs)).toBe(true);
  const rule = await bed.inject({ hold: 'before' }, { operation: 'AllocateAddress', times: 1 });
  await bed.kube.apply('running');
  expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
  await bed.kube.apply('waiting');
  operator.kill('SIGTERM');
  await expect.poll(() => operator.logs.some((line) => line.includes('"msg":"draining"'))).toBe(true);
  expect(await holderOf(bed)).not.toBe('');
  await bed.proxy.release(rule);

  expect(await operator.exited).toBe(0);
  expect(await holderOf(bed)).toBe('');
  expect((await bed.kube.get('running')).status?.allocationId).toBeDefined();
  expect((await bed.kube.get('waiting')).status?.allocationId).toBeUndefined();
  expect(await bed.calls('AllocateAddress')).toHaveLength(1);
});
