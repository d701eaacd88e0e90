import { afterEach, expect, inject } from 'vitest';
import { connectProxy } from '../../dev/proxy/remote-control.ts';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed } from '../support/test-bed.ts';

const it = onTestBed('eu-south-1');

const manifest = (domainName: string) => ({ reverseDNS: { domainName } });

// No other suite sets a reverse name, so that its mode, the proxy's only one, is this file's.
afterEach(() => connectProxy(inject('awsUrl')).setReverseDnsMode('immediate'));

it('reverse DNS is set, changed, and taken off with the manifest', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('mail', manifest('mail.example.com'));
  const { status } = await bed.kube.waitReady('mail');
  expect(status?.reverseDNS?.domainName).toBe('mail.example.com.');
  await bed.kube.apply('mail', manifest('mx.example.com'));
  expect((await bed.kube.waitReady('mail')).status?.reverseDNS?.domainName).toBe('mx.example.com.');
  await bed.kube.apply('mail', {});
  expect((await bed.kube.waitReady('mail')).status?.reverseDNS).toBeUndefined();
  expect(await bed.writes()).toEqual([
    'AllocateAddress',
    'ModifyAddressAttribute',
    'ModifyAddressAttribute',
    'ResetAddressAttribute',
  ]);
});

it('a name that AWS is still setting is waited for, and one it refuses is told with its reason', async ({
  bed,
}) => {
  await bed.proxy.setReverseDnsMode('pending');
  await bed.start();
  await bed.kube.apply('mail', manifest('mail.example.com'));
  const pending = await bed.kube.waitFor('mail', isBlocked('Pending'));
  const id = pending.status?.allocationId ?? '';
  expect(condition(pending, 'Ready')?.message).toBe('reverse DNS is pending');

  await bed.proxy.settleReverseDns(id, { ok: false, reason: 'FORWARD_DNS_NOT_FOUND' });
  await bed.kube.lookNow('mail');
  const refused = await bed.kube.waitFor('mail', (object) =>
    (condition(object, 'Ready')?.message ?? '').includes('FORWARD_DNS_NOT_FOUND'),
  );
  expect(refused.status?.reverseDNS).toMatchObject({ status: 'FAILED', reason: 'FORWARD_DNS_NOT_FOUND' });
});

it('a pending name that completes makes the object ready by itself', async ({ bed }) => {
  await bed.proxy.setReverseDnsMode('pending');
  await bed.start();
  await bed.kube.apply('mail', manifest('mail.example.com'));
  const { status } = await bed.kube.waitFor('mail', isBlocked('Pending'));
  await bed.proxy.settleReverseDns(status?.allocationId ?? '', { ok: true });
  await bed.kube.waitReady('mail');
});

it('deleting resets the name before it releases the address', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('mail', manifest('mail.example.com'));
  await bed.kube.waitReady('mail');
  const before = await bed.mark();
  await bed.kube.deleteAndWait('mail');
  expect(await bed.writes(before)).toEqual(['ResetAddressAttribute', 'ReleaseAddress']);
  expect(await bed.ec2.ownAddresses()).toEqual([]);
});

it('deleting waits while AWS is still removing the name', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('mail', manifest('mail.example.com'));
  const { status } = await bed.kube.waitReady('mail');
  await bed.proxy.setReverseDnsMode('pending');
  await bed.kube.delete('mail');
  await expect.poll(async () => (await bed.calls('ResetAddressAttribute')).length).toBe(1);
  await bed.kube.waitFor('mail', (object) => condition(object, 'Ready')?.status === 'False');
  expect(await bed.ec2.ownAddresses()).toHaveLength(1);
  await bed.proxy.settleReverseDns(status?.allocationId ?? '', { ok: true });
  await expect.poll(() => bed.kube.list()).toEqual([]);
  expect(await bed.ec2.ownAddresses()).toEqual([]);
});

it('deleting does not wait for a name that AWS refused: there is none', async ({ bed }) => {
  await bed.proxy.setReverseDnsMode('pending');
  await bed.start();
  await bed.kube.apply('mail', manifest('mail.example.com'));
  const { status } = await bed.kube.waitFor('mail', isBlocked('Pending'));
  await bed.proxy.settleReverseDns(status?.allocationId ?? '', {
    ok: false,
    reason: 'FORWARD_DNS_NOT_FOUND',
  });
  const before = await bed.mark();
  await bed.kube.deleteAndWait('mail');
  expect(await bed.writes(before)).toEqual(['ReleaseAddress']);
  expect(await bed.ec2.ownAddresses()).toEqual([]);
});

it('a name that somebody else changes is set back', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('mail', manifest('mail.example.com'));
  const { status } = await bed.kube.waitReady('mail');
  await bed.ec2.setReverseDns(status?.allocationId ?? '', 'spam.example.com');
  const after = await bed.kube.lookNow('mail');
  expect(after.status?.reverseDNS?.domainName).toBe('mail.example.com.');
});
