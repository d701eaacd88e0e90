/** What an ImageSchedule reads: instances by any filter, its images by their tag, reports on their use. */

import { expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { createImageUsageReader } from './image-usage.ts';
import { createImageReaders } from './images.ts';
import { createInstanceReaders } from './instances.ts';

const scope = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };
const batching = () => ({ clock: new VirtualClock(), window: 15 });

it('equal selectors in any order are one call, and different ones are not', async () => {
  const inputs: unknown[] = [];
  const at = batching();
  const read = fakeRead({
    'ec2:DescribeInstances': ({ Filters }) => {
      inputs.push(Filters);
      return {};
    },
  });
  const { matching } = createInstanceReaders(read, scope, at);
  const all = Promise.all([
    matching({ 'tag:a': ['1', '2'], 'instance-state-name': ['running'] }),
    matching({ 'instance-state-name': ['running'], 'tag:a': ['2', '1'] }),
    matching({ 'tag:a': ['1'] }),
    matching({}),
  ]);
  await at.clock.advance(15);
  expect(await all).toEqual([[], [], [], []]);
  expect(inputs).toEqual([
    [
      { Name: 'instance-state-name', Values: ['running'] },
      { Name: 'tag:a', Values: ['1', '2'] },
    ],
    [{ Name: 'tag:a', Values: ['1'] }],
    [],
  ]);
});

it('the images of many schedules are one call, and each gets its own', async () => {
  const at = batching();
  const tag = (value: string) => [{ Key: 'mooring.dev/schedule', Value: value }];
  let calls = 0;
  const read = fakeRead({
    'ec2:DescribeImages': ({ Filters, IncludeDisabled }) => {
      calls += 1;
      expect(IncludeDisabled).toBe(true);
      expect(Filters?.map(({ Name, Values }) => [Name, Values])).toEqual([
        ['tag:mooring.dev/cluster', ['blue']],
        ['tag:mooring.dev/schedule', ['shop/a', 'shop/b', 'shop/c']],
      ]);
      return {
        Images: [
          { ImageId: 'ami-1', State: 'available', Tags: tag('shop/a') },
          { ImageId: 'ami-2', State: 'disabled', Tags: tag('shop/b') },
          { ImageId: 'ami-3', State: 'available', Tags: tag('shop/a') },
        ],
      };
    },
  });
  const { bySchedule } = createImageReaders(read, scope, at);
  const all = Promise.all(['shop/a', 'shop/b', 'shop/c'].map((schedule) => bySchedule('blue', schedule)));
  await at.clock.advance(15);
  expect((await all).map((images) => images.map(({ imageId }) => imageId))).toEqual([
    ['ami-1', 'ami-3'],
    ['ami-2'],
    [],
  ]);
  expect(calls).toBe(1);
});

it('of several reports on an image the newest counts, with the accounts that use it', async () => {
  const at = batching();
  const reports: [string, string, string, string][] = [
    ['ami-1', 'r-old', '2026-01-01', 'available'],
    ['ami-1', 'r-new', '2026-01-03', 'available'],
    ['ami-2', 'r-2', '2026-01-02', 'pending'],
  ];
  const read = fakeRead({
    'ec2:DescribeImageUsageReports': ({ ImageIds }) => {
      expect(ImageIds).toEqual(['ami-1', 'ami-2', 'ami-3']);
      const toSdk = ([ImageId, ReportId, day, State]: (typeof reports)[number]) => ({
        ImageId,
        ReportId,
        State,
        CreationTime: new Date(day),
      });
      return { ImageUsageReports: reports.map(toSdk) };
    },
    'ec2:DescribeImageUsageReportEntries': ({ ReportIds }) => {
      expect(ReportIds).toEqual(['r-new']);
      const entry = { ReportId: 'r-new', ImageId: 'ami-1' };
      return {
        ImageUsageReportEntries: [
          { ...entry, AccountId: '2', UsageCount: 3, ResourceType: 'ec2:Instance' },
          { ...entry, AccountId: '2', UsageCount: 1, ResourceType: 'ec2:LaunchTemplate' },
          { ...entry, AccountId: '1', UsageCount: 1 },
          { ...entry, AccountId: '3', UsageCount: 0 },
        ],
      };
    },
  });
  const usage = createImageUsageReader(read, scope, at);
  const all = Promise.all(['ami-1', 'ami-2', 'ami-3'].map((id) => usage(id)));
  await at.clock.advance(15);
  expect(await all).toEqual([
    { state: 'available', reason: undefined, createdAt: Date.UTC(2026, 0, 3), accounts: ['1', '2'] },
    { state: 'pending', reason: undefined, createdAt: Date.UTC(2026, 0, 2), accounts: [] },
    undefined,
  ]);
});
