import { expect } from 'vitest';
import { confine, guard, onOwnControlPlane } from '../support/guardrails.ts';
import { managing } from '../support/image.ts';
import { onScheduleBed } from '../support/image-schedule.ts';

const region = 'cn-northwest-1';
const it = onScheduleBed(region, onOwnControlPlane(region));

const partner = '210987654321';
const stranger = '310987654321';
const far = 'cn-north-1';
const everybody = { public: true, publicConfirmed: true };

it('each rule is refused by its name, and AWS is not written to', async ({ bed, images }) => {
  const instance = await bed.ec2.runInstance({ backup: 'yes' });
  const other = await bed.ec2.runInstance({ backup: 'no' });
  const rules = {
    allowedInstances: { backup: 'yes' },
    image: { allowPublic: false, allowedShareAccounts: [partner], allowedCopyRegions: [] },
  };
  await guard(bed, rules);
  await bed.start(managing);
  const source = { instanceId: instance.id };
  const refused: [name: string, spec: object, message: RegExp][] = [
    ['public', { source, share: everybody }, /^guardrails\.image\.allowPublic: spec\.share: everybody/],
    [
      'account',
      { source, share: { accounts: [partner, stranger] } },
      /^guardrails\.image\.allowedShareAccounts: spec\.share: 310987654321 .*allowed: 210987654321$/,
    ],
    [
      'organization',
      {
        source,
        share: { organizationArns: ['arn:aws:organizations::123456789012:organization/o-a1b2c3d4e5'] },
      },
      /^guardrails\.image\.allowedShareAccounts: spec\.share: arn:aws:organizations/,
    ],
    [
      'copy',
      { source, copies: [{ region: far }] },
      /^guardrails\.image\.allowedCopyRegions: spec\.copies: cn-north-1/,
    ],
    [
      'instance',
      { source: { instanceId: other.id } },
      /^guardrails\.allowedInstances: spec\.source\.instanceId: i-\w+ is no instance with the tags backup=yes/,
    ],
    [
      'other-image',
      { source: { copyFrom: { imageId: 'ami-0123456789abcdef0', region: far } } },
      /^guardrails\.allowedInstances: spec\.source\.copyFrom/,
    ],
  ];
  for (const [name, spec] of refused) await images.apply(name, spec);
  for (const [name, , message] of refused) {
    expect((await images.waitBlocked(name, 'Forbidden')).message).toMatch(message);
  }
  expect(await bed.writes()).toEqual([]);

  await images.apply('good', { source, share: { accounts: [partner] } });
  await images.waitReady('good');
  expect(await bed.writes()).toEqual(['CreateImage', 'ModifyImageAttribute']);
});

it('an image that somebody shared by hand is told, and the manifest can withdraw it', async ({
  bed,
  images,
  aws,
}) => {
  const { id: instanceId } = await bed.ec2.runInstance();
  await confine(bed);
  await bed.start(managing);
  await images.apply('shop', { source: { instanceId } });
  const { status } = await images.waitReady('shop');
  const imageId = status?.imageId ?? '';
  await aws.shareWith(imageId, stranger);
  const mark = await bed.mark();
  await images.lookNow('shop');
  const { message } = await images.waitBlocked('shop', 'Forbidden');
  expect(message).toMatch(
    /^guardrails\.image\.allowedShareAccounts: spec\.share: 310987654321 .*allowed: none$/,
  );
  expect(await bed.writes(mark)).toEqual([]);
  await images.apply('shop', { source: { instanceId }, share: {} });
  await images.waitReady('shop');
  expect(await aws.sharedWith(imageId)).toEqual([]);
});

it('where the account is not for all namespaces no image is adopted, nor told of, nor deleted', async ({
  bed,
  images,
  aws,
}) => {
  const { id: instanceId } = await bed.ec2.runInstance();
  const theirs = await aws.create(instanceId, `${bed.namespace}-theirs`);
  await confine(bed);
  await bed.start(managing);
  await images.apply('taken', { adopt: theirs, deletionPolicy: 'Delete' });
  expect((await images.waitBlocked('taken', 'Forbidden')).message).toMatch(
    /^guardrails\.allowAdopt: spec\.adopt/,
  );
  expect((await images.get('taken')).status).not.toHaveProperty('imageId');
  await images.deleteAndWait('taken');
  expect(await bed.writes()).toEqual([]);
  expect(await aws.get(theirs)).toBeDefined();
});

it('a schedule whose images would break a rule is refused itself, and makes none', async ({
  bed,
  schedules,
}) => {
  const { id } = await bed.ec2.runInstance({ backup: bed.namespace });
  await guard(bed, { image: { allowPublic: false }, deletionPolicy: 'Retain' });
  await schedules.start();
  schedules.clock.set(Date.parse('2026-03-01T05:00:00Z'));
  const selector = { instanceIds: [id] };
  const schedule = { name: 'daily', every: '24h' as const, at: '06:00' };
  await schedules.apply('public', { selector, schedules: [schedule], template: { share: everybody } });
  await schedules.apply('expiring', { selector, schedules: [{ ...schedule, retain: { count: 1 } }] });
  const messages = ['public', 'expiring'].map(async (name) => {
    const { status } = await schedules.waitFor(name, (one) =>
      (one.status?.conditions ?? []).some(({ type, reason }) => type === 'Stalled' && reason === 'Forbidden'),
    );
    return status?.conditions?.find(({ type }) => type === 'Ready')?.message;
  });
  expect(await messages[0]).toMatch(/^guardrails\.image\.allowPublic: spec\.template\.share/);
  expect(await messages[1]).toMatch(/^guardrails\.deletionPolicy: spec\.schedules\[daily\]\.retain/);
  await schedules.at('public', '2026-03-01T06:00:00Z');
  expect(await schedules.images()).toEqual([]);
  expect(await bed.writes()).toEqual([]);
});

it('a schedule images the selected instances that have the tags, and names the others', async ({
  bed,
  schedules,
}) => {
  const backup = bed.namespace;
  const allowed = await bed.ec2.runInstance({ backup, team: 'web' });
  const other = await bed.ec2.runInstance({ backup });
  schedules.clock.set(Date.parse('2026-03-01T05:00:00Z'));
  await guard(bed, { allowedInstances: { team: 'web' } });
  await schedules.start();
  await schedules.apply('web', {
    selector: { matchTags: { backup } },
    schedules: [{ name: 'daily', every: '24h', at: '06:00' }],
  });
  await schedules.waitReady('web');
  await schedules.at('web', '2026-03-01T06:00:00Z');
  const { status } = await schedules.waitFor('web', (one) => one.status?.images === 1);
  const [made, ...more] = await schedules.images();
  expect(more).toEqual([]);
  expect(made?.spec).toMatchObject({ source: { instanceId: allowed.id } });
  const told = status?.conditions?.find(({ type }) => type === 'InstancesForbidden');
  expect(told).toMatchObject({ status: 'True' });
  expect(told?.message).toContain(other.id);
});
