import { describe, expect, it } from 'vitest';
import { type FakeAnswers, fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { AwsError } from '../../core/errors.ts';
import type { InputOf, OutputOf } from '../calls/index.ts';
import { createAutoScalingReader } from './auto-scaling.ts';

type Configurations = OutputOf<'autoscaling:DescribeLaunchConfigurations'>['LaunchConfigurations'];
type Groups = OutputOf<'autoscaling:DescribeAutoScalingGroups'>['AutoScalingGroups'];

const scope = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };

const configuration = (LaunchConfigurationName: string, ImageId: string) => ({
  LaunchConfigurationName,
  ImageId,
  InstanceType: 't3.micro',
  CreatedTime: new Date(0),
});

const group = (AutoScalingGroupName: string, more: object) => ({
  AutoScalingGroupName,
  MinSize: 0,
  MaxSize: 1,
  DesiredCapacity: 0,
  DefaultCooldown: 300,
  AvailabilityZones: [],
  HealthCheckType: 'EC2',
  CreatedTime: new Date(0),
  ...more,
});

/** AWS with one of each on a page: what was asked of it, and what it says of images. */
function account(configurations: NonNullable<Configurations>, groups: NonNullable<Groups> = []) {
  const asked: (string | number | undefined)[] = [];
  const page = <Item>(items: readonly Item[], { NextToken, MaxRecords }: Paged) => {
    const at = Number(NextToken ?? 0);
    asked.push(MaxRecords);
    return {
      items: items.slice(at, at + 1),
      token: at + 1 < items.length ? { NextToken: String(at + 1) } : { NextToken: '' },
    };
  };
  const answers: FakeAnswers = {
    'autoscaling:DescribeLaunchConfigurations': (input) => {
      const { items, token } = page(configurations, input);
      return { LaunchConfigurations: items, ...token };
    },
    'autoscaling:DescribeAutoScalingGroups': (input) => {
      const { items, token } = page(groups, input);
      return { AutoScalingGroups: items, ...token };
    },
  };
  return { asked, ...reader(answers) };
}

type Paged = Pick<InputOf<'autoscaling:DescribeLaunchConfigurations'>, 'NextToken' | 'MaxRecords'>;

function reader(answers: FakeAnswers) {
  const clock = new VirtualClock();
  const uses = createAutoScalingReader(fakeRead(answers), scope, { clock, window: 15 });
  const ask = async (...imageIds: string[]) => {
    const all = Promise.allSettled(imageIds.map(uses));
    await clock.advance(15);
    return (await all).map((one) => (one.status === 'fulfilled' ? one.value : one.reason));
  };
  return { ask };
}

describe('what Auto Scaling launches of an image', () => {
  it('are its launch configurations, on whatever page, with the groups that use them', async () => {
    const { ask } = account(
      [configuration('web-1', 'ami-1'), configuration('db', 'ami-2'), configuration('web-2', 'ami-1')],
      [
        group('web-blue', { LaunchConfigurationName: 'web-2' }),
        group('other', { LaunchTemplate: { LaunchTemplateName: 'x' } }),
        group('web-amber', { LaunchConfigurationName: 'web-2' }),
      ],
    );
    expect(await ask('ami-1', 'ami-2', 'ami-3')).toEqual([
      [
        { type: 'launchConfiguration', name: 'web-1', groups: [] },
        { type: 'launchConfiguration', name: 'web-2', groups: ['web-amber', 'web-blue'] },
      ],
      [{ type: 'launchConfiguration', name: 'db', groups: [] }],
      [],
    ]);
  });

  it('and the groups whose overrides name it', async () => {
    const Overrides = [{ ImageId: 'ami-1' }, { ImageId: 'ami-1' }, { InstanceType: 't3.micro' }];
    const { ask } = account(
      [],
      [group('mixed', { MixedInstancesPolicy: { LaunchTemplate: { Overrides } } })],
    );
    expect(await ask('ami-1', '')).toEqual([[{ type: 'group', name: 'mixed' }], []]);
  });

  it('is listed once for all who ask together, and again for who asks later', async () => {
    const { ask, asked } = account([configuration('a', 'ami-1'), configuration('b', 'ami-2')]);
    await ask(...Array.from({ length: 100 }, (_, n) => `ami-${n}`));
    expect(asked).toEqual([100, 100, 100]);
    await ask('ami-1');
    expect(asked).toHaveLength(6);
  });

  it('is told to nobody where a list is refused', async () => {
    const call = 'autoscaling:DescribeAutoScalingGroups';
    const denied = new AwsError({
      class: 'Denied',
      code: 'AccessDenied',
      call,
      message: 'no',
      definite: true,
    });
    const { ask } = reader({
      'autoscaling:DescribeLaunchConfigurations': () => ({
        LaunchConfigurations: [configuration('a', 'ami-1')],
      }),
      [call]: () => {
        throw denied;
      },
    });
    expect(await ask('ami-1', 'ami-2')).toEqual([denied, denied]);
  });
});
