import { expect } from 'vitest';
import { condition, isBlocked } from '../support/objects.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';

const it = onTestBed('us-west-2');

const refuse = (bed: TestBed, operation: string, code: string, message: string) =>
  bed.inject({ error: { code, message } }, { operation });

it('a full quota is told by name with the way to raise it, and tried again', async ({ bed }) => {
  const rule = await refuse(
    bed,
    'AllocateAddress',
    'AddressLimitExceeded',
    'The maximum number of addresses has been reached.',
  );
  await bed.start();
  await bed.kube.apply('web');
  const object = await bed.kube.waitFor('web', isBlocked('QuotaExceeded'));
  const message = condition(object, 'Ready')?.message ?? '';
  expect(message).toContain('ec2:AllocateAddress');
  expect(message).toContain('The maximum number of addresses has been reached.');
  expect(message).toMatch(/Service Quotas/i);
  expect(condition(object, 'Stalled')?.status).toBe('True');
  expect((await bed.kube.waitEvent('web', 'QuotaExceeded')).type).toBe('Warning');
  expect(await bed.calls('AllocateAddress')).toHaveLength(1);

  await bed.proxy.remove(rule);
  await bed.kube.lookNow('web');
  await bed.kube.waitReady('web');
});

it('a full quota is tried again no sooner for an address that looks for a healthy instance', async ({
  bed,
}) => {
  await refuse(
    bed,
    'AllocateAddress',
    'AddressLimitExceeded',
    'The maximum number of addresses has been reached.',
  );
  await bed.start(['--health-interval', '1s']);
  await bed.kube.apply('web', { association: { instanceSelector: { matchTags: { role: bed.namespace } } } });
  await bed.kube.waitFor('web', isBlocked('QuotaExceeded'));
  const looks = async () => (await bed.calls('DescribeAddresses')).length;
  const soFar = await looks();
  await expect.poll(looks).toBeGreaterThanOrEqual(soFar + 3);
  expect(await bed.calls('AllocateAddress')).toHaveLength(1);
});

it('a denied call says which action on which resource', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('web');
  await bed.kube.waitReady('web');
  await refuse(
    bed,
    'CreateTags',
    'UnauthorizedOperation',
    'You are not authorized to perform this operation. User: arn:aws:iam::123456789012:user/mooring is not authorized to perform: ec2:CreateTags on resource: arn:aws:ec2:us-west-2:123456789012:elastic-ip/eipalloc-1 because no identity-based policy allows the ec2:CreateTags action',
  );
  await bed.kube.apply('web', { tags: { team: 'web' } });
  const object = await bed.kube.waitFor('web', isBlocked('AccessDenied'));
  const message = condition(object, 'Ready')?.message ?? '';
  expect(message).toContain('ec2:CreateTags');
  expect(message).toContain('elastic-ip/eipalloc-1');
  expect(condition(object, 'Stalled')?.status).toBe('True');
  expect(object.status?.publicIp).toBeDefined();
});

it('a look-up that is denied keeps what status says of AWS', async ({ bed }) => {
  await bed.start();
  await bed.kube.apply('web');
  const { status } = await bed.kube.waitReady('web');
  await refuse(
    bed,
    'DescribeAddresses',
    'UnauthorizedOperation',
    'You are not authorized to perform this operation.',
  );
  const object = await bed.kube.lookNow('web');
  expect(condition(object, 'Ready')).toMatchObject({ status: 'False', reason: 'AccessDenied' });
  expect(object.status?.allocationId).toBe(status?.allocationId);
});

it('throttled by AWS it backs off and goes on, and allocates once', async ({ bed }) => {
  await bed.inject({ throttle: true }, { operation: 'AllocateAddress', times: 2 });
  await bed.start();
  await bed.kube.apply('web');
  await bed.kube.waitFor('web', isBlocked('Throttled'));
  await bed.kube.waitReady('web');
  expect(await bed.calls('AllocateAddress')).toHaveLength(3);
  expect(await bed.ec2.ownAddresses()).toHaveLength(1);
});

it('a request AWS calls invalid waits for another manifest', async ({ bed }) => {
  await refuse(bed, 'AllocateAddress', 'InvalidParameterValue', 'The pool does not exist.');
  await bed.start();
  await bed.kube.apply('web');
  const object = await bed.kube.waitFor('web', isBlocked('InvalidSpec'));
  expect(condition(object, 'Ready')?.message).toBe('ec2:AllocateAddress: The pool does not exist.');
  expect(await bed.calls('AllocateAddress')).toHaveLength(1);
});
