import { expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { idTag } from '../../core/identity.ts';
import type { InputOf } from '../calls/index.ts';
import { createAddressReaders } from './addresses.ts';

const scope = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };

function reading() {
  const clock = new VirtualClock();
  const inputs: InputOf<'ec2:DescribeAddresses'>[] = [];
  const read = fakeRead({
    'ec2:DescribeAddresses': (input) => {
      inputs.push(input);
      return { Addresses: [] };
    },
  });
  return { clock, inputs, addresses: createAddressReaders(read, scope, { clock, window: 15 }) };
}

it('300 look-ups by identity are two calls, of 200 values at most', async () => {
  const { clock, inputs, addresses } = reading();
  const identities = Array.from({ length: 300 }, (_, i) => ({
    cluster: 'blue',
    kind: 'ElasticIP',
    namespace: 'web',
    name: `eip-${i}`,
  }));
  const all = Promise.all(identities.map((identity) => addresses.byIdentity(identity)));
  await clock.advance(15);
  expect((await all).flat()).toEqual([]);
  expect(inputs.map(({ Filters }) => Filters?.map(({ Name, Values }) => [Name, Values?.length]))).toEqual([
    [
      ['tag:mooring.dev/cluster', 1],
      ['tag:mooring.dev/id', 200],
    ],
    [
      ['tag:mooring.dev/cluster', 1],
      ['tag:mooring.dev/id', 100],
    ],
  ]);
  expect(inputs[0]?.Filters?.[1]?.Values?.[0]).toBe(
    idTag({ kind: 'ElasticIP', namespace: 'web', name: 'eip-0' }),
  );
});

it('lists all that there are in one call', async () => {
  const { inputs, addresses } = reading();
  await addresses.all();
  expect(inputs).toEqual([{}]);
});

it('takes wildcards of a value literally', async () => {
  const { inputs, addresses } = reading();
  await addresses.allOfCluster('blue*');
  expect(inputs).toEqual([{ Filters: [{ Name: 'tag:mooring.dev/cluster', Values: ['blue\\*'] }] }]);
});

it('shows an address that has only a carrier IP: one that it hid would count as gone', async () => {
  const carrier = {
    AllocationId: 'eipalloc-1',
    CarrierIp: '155.146.10.111',
    NetworkBorderGroup: 'us-east-1-wl1',
  };
  const read = fakeRead({ 'ec2:DescribeAddresses': () => ({ Addresses: [carrier] }) });
  const addresses = createAddressReaders(read, scope, { clock: new VirtualClock(), window: 15 });
  expect(await addresses.allOfCluster('blue')).toMatchObject([
    { allocationId: 'eipalloc-1', publicIp: '155.146.10.111', carrierIp: '155.146.10.111' },
  ]);
});
