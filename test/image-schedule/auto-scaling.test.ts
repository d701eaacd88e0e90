import { expect, inject } from 'vitest';
import { type AutoScalingUser, autoScalingUser } from '../support/auto-scaling-user.ts';
import { onScheduleBed } from '../support/image-schedule.ts';

const it = onScheduleBed('ap-east-2').extend<{ scaling: AutoScalingUser }>({
  scaling: async ({ bed }, use) => {
    const user = autoScalingUser(inject('awsUrl'), bed.region);
    await use(user);
    user.close();
  },
});

const hour = 3_600_000;
const start = Date.parse('2026-03-01T06:00:00Z');

it('an image that Auto Scaling launches stays, and so do all while it cannot be asked', async ({
  bed,
  schedules,
  aws,
  scaling,
}) => {
  const tags = { backup: bed.namespace };
  const own = async () =>
    (await aws.list()).flatMap(({ Name, ImageId = '' }) =>
      Name?.startsWith(`${bed.namespace}/`) ? ImageId : [],
    );
  const reason = async (at: number) =>
    (await schedules.at('web', at)).status?.pendingDeletions?.map(({ reason }) => reason);

  await bed.ec2.runInstance(tags);
  schedules.clock.set(start - hour);
  await schedules.start();
  await schedules.apply('web', {
    selector: { matchTags: tags },
    schedules: [{ name: 'daily', every: '24h', at: '06:00', retain: { count: 1 } }],
  });
  await schedules.waitReady('web');
  await schedules.at('web', start);
  await schedules.settled('web');
  const [used = ''] = await own();
  const [configuration, group] = [`${bed.namespace}-lc`, `${bed.namespace}-group`];
  await scaling.launchConfiguration(configuration, used);
  await scaling.group(group, configuration);
  await schedules.at('web', start + 24 * hour);
  await schedules.waitFor('web', ({ status }) => status?.images === 2);
  expect(await reason(start + 25 * hour)).toEqual([
    `beyond the newest 1; it is in use by launch configuration ${configuration} of Auto Scaling group ${group}`,
  ]);

  await scaling.deleteGroup(group);
  expect(await reason(start + 26 * hour)).toEqual([
    `beyond the newest 1; it is in use by launch configuration ${configuration}`,
  ]);

  const refuse = (operation: string) =>
    bed.inject(
      { error: { code: 'AccessDenied', message: 'You are not authorized.', status: 403 } },
      { operation },
    );
  const notFoundOut = 'whether it is in use could not be found out: autoscaling:';
  const noGroups = await refuse('DescribeAutoScalingGroups');
  expect((await reason(start + 27 * hour))?.[0]).toContain(`${notFoundOut}DescribeAutoScalingGroups`);
  await bed.proxy.remove(noGroups);

  const noConfigurations = await refuse('DescribeLaunchConfigurations');
  await scaling.deleteLaunchConfiguration(configuration);
  expect((await reason(start + 28 * hour))?.[0]).toContain(`${notFoundOut}DescribeLaunchConfigurations`);
  expect(await own()).toHaveLength(2);

  await bed.proxy.remove(noConfigurations);
  await schedules.at('web', start + 29 * hour);
  await expect.poll(own).not.toContain(used);
  expect(await own()).toHaveLength(1);
});
