import { expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { AwsError } from '../../core/errors.ts';
import { createHealthReader } from './health.ts';

const scope = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };

it('of an instance that EC2 has just launched nothing is known, and of the others as much as ever', async () => {
  const clock = new VirtualClock();
  const read = fakeRead({
    'ec2:DescribeInstanceStatus': ({ InstanceIds = [] }) => {
      if (InstanceIds.includes('i-new')) {
        throw new AwsError({
          class: 'NotFound',
          code: 'InvalidInstanceID.NotFound',
          call: 'ec2:DescribeInstanceStatus',
          message: "The instance ID 'i-new' does not exist",
          definite: true,
        });
      }
      return { InstanceStatuses: InstanceIds.map((InstanceId) => ({ InstanceId })) };
    },
  });
  const health = createHealthReader(read, scope, { clock, window: 15 });
  const all = Promise.all(['i-a', 'i-new', 'i-b'].map((id) => health(id)));
  await clock.advance(15);
  expect((await all).map((one) => one?.instanceId)).toEqual(['i-a', undefined, 'i-b']);
});
