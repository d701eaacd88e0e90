import { describe, expect, it } from 'vitest';
import type { AutoScalingUse } from '../../aws/readers/auto-scaling.ts';
import type { ImageUsageReport } from '../../aws/readers/image-usage.ts';
import { AwsError } from '../../core/errors.ts';
import type { Expired } from './retention/expire.ts';
import { image } from './retention/history.test-data.ts';
import type { ImageObject } from './seen.ts';
import type { Sources } from './sources.ts';
import { usageOf } from './usage.ts';

const now = Date.UTC(2026, 5, 15);
const hour = 3_600_000;
const expired = (more: Partial<Expired> = {}): Expired => ({
  image: image({ name: 'a', imageId: 'ami-1' }),
  reason: 'older than 7d',
  ...more,
});

const object = (more: Partial<ImageObject> = {}): ImageObject => ({
  name: 'a',
  uid: 'u-1',
  schedule: 'daily',
  instanceId: 'i-1',
  tick: 0,
  deleting: false,
  deletionPolicy: 'Retain',
  markedByRetention: false,
  imageId: 'ami-1',
  state: 'Available',
  reason: undefined,
  stalled: false,
  shared: true,
  copies: [],
  reboots: false,
  startBefore: undefined,
  expires: undefined,
  ...more,
});

const calls = [
  'ec2:DescribeImageReferences',
  'autoscaling:DescribeLaunchConfigurations',
  'ec2:DescribeImageAttribute',
] as const;

interface Answers {
  readonly reports?: Readonly<Record<string, ImageUsageReport>>;
  readonly references?: Readonly<Record<string, string>>;
  readonly launches?: Readonly<Record<string, readonly AutoScalingUse[]>>;
  readonly sharedByHand?: readonly string[];
  readonly failing?: (typeof calls)[number];
}

/** What AWS answers, by the image's id. */
function sources({ reports = {}, references = {}, launches = {}, sharedByHand = [], failing }: Answers) {
  const asked: string[] = [];
  const permissionsAsked: string[] = [];
  const refuse = (call: string) => {
    if (failing !== call) return;
    throw new AwsError({ class: 'Denied', code: 'X', call, message: 'no', definite: true });
  };
  const from: Sources = {
    isClockAhead: () => false,
    readers: {
      instances: { byId: async () => undefined, byTags: async () => [] },
      instancesMatching: async () => [],
    },
    images: { bySchedule: async () => [] },
    usageIn: (region = 'home') => ({
      imageReferences: async (id) => {
        asked.push(`${region} ${id}`);
        refuse('ec2:DescribeImageReferences');
        const arn = references[id];
        return arn === undefined ? undefined : [{ type: 'ec2:Instance', arn }];
      },
      autoScalingUses: async (id) => {
        refuse('autoscaling:DescribeLaunchConfigurations');
        return launches[id] ?? [];
      },
      imageUsage: async (id) => reports[id],
      imageSharing: {
        launchPermissions: async (id) => {
          permissionsAsked.push(id);
          refuse('ec2:DescribeImageAttribute');
          const accounts = sharedByHand.includes(id) ? ['210987654321'] : [];
          return { accounts, organizationArns: [], ouArns: [], public: false };
        },
      },
    }),
  };
  return { asked, permissionsAsked, from };
}

const report = (more: Partial<ImageUsageReport> = {}): ImageUsageReport => ({
  state: 'available',
  createdAt: now - hour,
  accounts: [],
  ...more,
});

const copies = [{ region: 'eu-west-1', imageId: 'ami-2' }];

async function found(
  answers: Answers,
  of: ImageObject,
  entry = expired({ image: image({ name: 'a', imageId: 'ami-1', copies: of.copies }) }),
) {
  const { asked, from } = sources(answers);
  const usage = await usageOf([entry], { objects: [of] }, from, now);
  return { asked, usage: usage.get('ami-1') };
}

describe('who uses an image', () => {
  it('nobody', async () => {
    expect((await found({}, object({ shared: false }))).usage).toEqual({ state: 'free' });
  });

  it('is asked of its copies, too, where they are', async () => {
    const references = { 'ami-2': 'arn:aws:ec2:eu-west-1:123456789012:instance/i-9' };
    const { asked, usage } = await found({ references }, object({ shared: false, copies }));
    expect(asked).toEqual(['home ami-1', 'eu-west-1 ami-2']);
    expect(usage).toEqual({ state: 'used', by: ['instance/i-9'] });
  });

  it('is asked of the copies alone once the image itself is gone', async () => {
    const lost = image({ name: 'a', imageId: 'ami-1', state: 'gone', isListed: false, copies });
    const { asked, usage } = await found({}, object({ shared: false }), expired({ image: lost }));
    expect(asked).toEqual(['eu-west-1 ami-2']);
    expect(usage).toEqual({ state: 'free' });
    const nothing = await found({}, object(), expired({ image: { ...lost, copies: [] } }));
    expect(nothing.asked).toEqual([]);
  });

  it('is not asked of what is held, or has nothing in AWS', async () => {
    const held = await found({}, object(), expired({ hold: 'it is still pending' }));
    const nothing = await found({}, object(), expired({ image: image({ imageId: undefined }) }));
    expect([...held.asked, ...nothing.asked]).toEqual([]);
  });

  it('is not asked of another account where AWS does not answer for it: a failed image is shared with nobody', async () => {
    const { from } = sources({});
    const usageIn: Sources['usageIn'] = (region) => ({
      ...from.usageIn(region),
      imageSharing: {
        ...from.usageIn(region).imageSharing,
        launchPermissions: async () => {
          const code = 'InvalidAMIID.Unavailable';
          throw new AwsError({ class: 'Invalid', code, call: 'x', message: 'no', definite: true });
        },
      },
    });
    const usage = await usageOf([expired()], { objects: [] }, { ...from, usageIn }, now);
    expect(usage.get('ami-1')).toEqual({ state: 'free' });
  });

  it('is asked of those behind a hundred that are in use, too', async () => {
    const entries = Array.from({ length: 150 }, (_, n) =>
      expired({ image: image({ name: `${n}`, imageId: `ami-${n}` }) }),
    );
    const used = entries.slice(0, 100).map(({ image: { imageId = '' } }) => imageId);
    const references = Object.fromEntries(
      used.map((id) => [id, 'arn:aws:ec2:eu-west-1:123456789012:instance/i-9']),
    );
    const usage = await usageOf(entries, { objects: [] }, sources({ references }).from, now);
    const free = [...usage].filter(([, { state }]) => state === 'free').map(([id]) => id);
    expect(free).toEqual(entries.slice(100, 110).map(({ image: { imageId } }) => imageId));
  });

  it('may be Auto Scaling, which is named', async () => {
    const launches: Answers['launches'] = {
      'ami-1': [
        { type: 'launchConfiguration', name: 'web-1', groups: [] },
        { type: 'launchConfiguration', name: 'web-2', groups: ['blue'] },
        { type: 'launchConfiguration', name: 'web-3', groups: ['amber', 'green'] },
      ],
      'ami-2': [{ type: 'group', name: 'mixed' }],
    };
    const references = { 'ami-1': 'arn:aws:ec2:eu-west-1:123456789012:instance/i-9' };
    const { usage } = await found({ references, launches }, object({ copies }));
    expect(usage).toEqual({
      state: 'used',
      by: [
        'instance/i-9',
        'launch configuration web-1',
        'launch configuration web-2 of Auto Scaling group blue',
        'launch configuration web-3 of Auto Scaling groups amber, green',
        'Auto Scaling group mixed',
      ],
    });
  });

  it.each(calls)('is unknown where AWS refuses %s', async (failing) => {
    const { usage } = await found({ failing }, object({ shared: false }));
    expect(usage).toEqual({ state: 'unknown', why: `${failing}: no` });
  });
});

describe('who uses a shared image', () => {
  it.each<[string, Answers['reports'], object]>([
    ['no report yet', {}, { state: 'shared', ask: [{ imageId: 'ami-1', region: undefined }] }],
    [
      'a report of the day before yesterday',
      { 'ami-1': report({ createdAt: now - 25 * hour }) },
      { state: 'shared', ask: [{ imageId: 'ami-1', region: undefined }] },
    ],
    ['a pending one', { 'ami-1': report({ state: 'pending' }) }, { state: 'shared', ask: [] }],
    [
      'a failed one',
      { 'ami-1': report({ state: 'error', reason: 'Denied' }) },
      { state: 'shared', why: 'AWS cannot tell who uses it: Denied', ask: [] },
    ],
    ['nobody', { 'ami-1': report() }, { state: 'free' }],
    [
      'another account',
      { 'ami-1': report({ accounts: ['210987654321'] }) },
      { state: 'used', by: ['account 210987654321'] },
    ],
  ])('%s', async (_, reports, expected) => {
    expect((await found({ ...(reports ? { reports } : {}) }, object())).usage).toMatchObject(expected);
  });

  it.each(['ami-1', 'ami-2'])(
    'and whom %s was shared with by hand, or by an earlier template',
    async (id) => {
      const answers = { sharedByHand: [id] };
      const ask = [{ imageId: 'ami-1' }, { imageId: 'ami-2' }];
      expect((await found(answers, object({ shared: false, copies }))).usage).toMatchObject({
        state: 'shared',
        ask,
      });
    },
  );

  it('is found out for so many as may go in one reconcile, however many are held', async () => {
    const entries = Array.from({ length: 40 }, (_, n) =>
      expired({ image: image({ name: `n-${n}`, imageId: `ami-${n}` }) }),
    );
    const sharedByHand = entries.slice(0, 15).map(({ image: { imageId = '' } }) => imageId);
    const { permissionsAsked, from } = sources({ sharedByHand });
    const usage = await usageOf(entries, { objects: [] }, from, now);
    expect(permissionsAsked).toHaveLength(30);
    expect([...usage.values()].filter(({ state }) => state === 'free')).toHaveLength(15);
  });

  it('a copy without a report is asked for in its Region', async () => {
    expect((await found({ reports: { 'ami-1': report() } }, object({ copies }))).usage).toMatchObject({
      state: 'shared',
      ask: [{ imageId: 'ami-2', region: 'eu-west-1' }],
    });
  });
});
