import { describe, expect, it } from 'vitest';
import type { Call, Reply } from '../call.ts';
import { callOf, httpOf } from '../call-of.ts';
import { AwsError, ec2Reply, errorReply } from '../reply.ts';
import { identify } from '../request.ts';
import { element } from '../xml.ts';
import { Visibility } from './visibility.ts';

const KEY = '11111111-2222-3333-4444-555555555555';
const allocate = callOf('ec2', 'AllocateAddress');
const allocated = ec2Reply('AllocateAddress', element('allocationId', 'eipalloc-1'));
const listed = ec2Reply(
  'DescribeAddresses',
  element(
    'addressesSet',
    element('item', element('allocationId', 'eipalloc-1')),
    element('item', element('allocationId', 'eipalloc-2')),
  ),
);

function hiding(now: () => number) {
  const visibility = new Visibility(now);
  visibility.hide(allocate, allocated, 1000);
  return visibility;
}

async function read(visibility: Visibility, call: Call, reply: Reply): Promise<string> {
  return (await visibility.handle(call, async () => reply)).body.toString('utf8');
}

function kms(operation: string, body: string): Call {
  return identify(1, httpOf('kms', body, ['X-Amz-Target', `TrentService.${operation}`]), () => undefined);
}

describe('visibility', () => {
  it('leaves the new resource out of lists until its time has come', async () => {
    let now = 999;
    const visibility = hiding(() => now);
    const list = callOf('ec2', 'DescribeAddresses');
    expect(await read(visibility, list, listed)).not.toContain('eipalloc-1');
    expect(await read(visibility, list, listed)).toContain('eipalloc-2');
    now = 1000;
    expect(await read(visibility, list, listed)).toContain('eipalloc-1');
  });

  it('refuses every call that names it', async () => {
    const visibility = hiding(() => 0);
    const named = [
      callOf('ec2', 'DescribeAddresses', { 'AllocationId.1': 'eipalloc-2', 'AllocationId.2': 'eipalloc-1' }),
      callOf('ec2', 'AssociateAddress', { AllocationId: 'eipalloc-1' }),
    ];
    for (const call of named) {
      await expect(read(visibility, call, listed)).rejects.toMatchObject({
        code: 'InvalidAllocationID.NotFound',
      });
    }
  });

  it('is kept by account and region', async () => {
    const elsewhere = { ...callOf('ec2', 'DescribeAddresses'), region: 'us-west-2' };
    expect(
      await read(
        hiding(() => 0),
        elsewhere,
        listed,
      ),
    ).toContain('eipalloc-1');
  });

  it('hides nothing when creating failed', () => {
    const visibility = new Visibility(() => 0);
    visibility.hide(allocate, errorReply(allocate, new AwsError('AddressLimitExceeded', 'no')), 1000);
    expect(visibility.match()).toBe(false);
  });

  it('hides keys from ListKeys and from reads by id or ARN', async () => {
    const visibility = new Visibility(() => 0);
    const json = (body: string): Reply => ({ status: 200, headers: {}, body: Buffer.from(body) });
    visibility.hide(kms('CreateKey', '{}'), json(`{"KeyMetadata":{"KeyId":"${KEY}"}}`), 1000);
    const keys = json(`{"Keys":[{"KeyId":"${KEY}"},{"KeyId":"other"}]}`);
    expect(await read(visibility, kms('ListKeys', '{}'), keys)).toBe('{"Keys":[{"KeyId":"other"}]}');
    const byArn = kms('DescribeKey', `{"KeyId":"arn:aws:kms:eu-west-1:1:key/${KEY}"}`);
    await expect(read(visibility, byArn, keys)).rejects.toMatchObject({ code: 'NotFoundException' });
  });
});
