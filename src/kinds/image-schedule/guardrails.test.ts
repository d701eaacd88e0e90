import { describe, expect, it } from 'vitest';
import type { Context } from '../../core/context.ts';
import { guardrails } from '../../core/guardrails/schema.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { day, hour, minute, World } from './world.test-data.ts';

const start = Date.UTC(2026, 2, 1, 0, 30);
const hourly = { name: 'hourly', every: '1h' };
const keepTwo = { name: 'hourly', every: '1h', retain: { count: 2 } };
const two = ['i-0000000a', 'i-0000000b'];
const partner = '111111111111';
const stranger = '999900001111';

/** Its next plan, without anything being done. */
async function planned(spec: object, more: Partial<Context>, deleting = false) {
  const world = new World({ schedules: [hourly], ...spec }, start, two);
  const readers = {
    instancesMatching: async () =>
      two.map((id) => ({ id, state: 'running', tags: { backup: 'yes' }, interfaces: [] })),
    instances: { byId: async () => undefined, byTags: async () => [] },
  };
  const ctx = { ...world.context(), ...more };
  const seen = await observe(world.self(), ctx, {
    readers,
    images: { bySchedule: async () => [] },
    usageIn: () => expect.fail('nothing is to be deleted'),
    isClockAhead: () => false,
  });
  return diff({ ...world.self(), deleting }, seen, ctx, 5 * minute);
}
const under = (rules: object): Partial<Context> => ({ guardrails: guardrails.parse(rules) });
const inTemplate = (template: object) => ({ template });

describe('a schedule whose images would break a rule is Forbidden itself, by the rule’s name, and does nothing', () => {
  it.each<[string, object, Partial<Context>, RegExp]>([
    [
      'everybody',
      inTemplate({ share: { public: true, publicConfirmed: true } }),
      under({ image: { allowPublic: false } }),
      /^guardrails\.image\.allowPublic: spec\.template\.share: everybody/,
    ],
    [
      'an account too many',
      inTemplate({ share: { accounts: [partner, stranger] } }),
      under({ image: { allowedShareAccounts: [partner] } }),
      /^guardrails\.image\.allowedShareAccounts: spec\.template\.share: 999900001111/,
    ],
    [
      'a copy’s account, where the AWSAccount is not for all namespaces',
      inTemplate({ copies: [{ region: 'eu-west-1', share: { accounts: [partner] } }] }),
      { restricted: true },
      /^guardrails\.image\.allowedShareAccounts: spec\.template\.copies\[eu-west-1\]\.share/,
    ],
    [
      'a copy’s Region',
      inTemplate({ copies: [{ region: 'eu-west-1' }] }),
      under({ image: { allowedCopyRegions: ['us-east-1'] } }),
      /^guardrails\.image\.allowedCopyRegions: spec\.template\.copies: eu-west-1/,
    ],
    [
      'the Region',
      {},
      under({ allowedRegions: ['us-east-1'] }),
      /^guardrails\.allowedRegions: spec\.region: eu-central-1/,
    ],
    [
      'a tag',
      inTemplate({ snapshotTags: { cost: '1' } }),
      under({ requiredTags: ['cost'] }),
      /^guardrails\.requiredTags: spec\.template\.tags: lacks cost/,
    ],
    [
      'a tag of the snapshots, which no instance brings along',
      inTemplate({ copyInstanceTags: true }),
      under({ requiredTags: ['cost'] }),
      /^guardrails\.requiredTags: spec\.template\.snapshotTags: lacks cost; required: cost$/,
    ],
    [
      'retention, where nothing may be deleted',
      { schedules: [keepTwo] },
      under({ deletionPolicy: 'Retain' }),
      /^guardrails\.deletionPolicy: spec\.schedules\[hourly\]\.retain: lets images expire/,
    ],
    [
      'what becomes of images, where nothing may be deleted',
      { onInstanceGone: 'Delete', onScheduleDelete: 'Delete' },
      under({ deletionPolicy: 'Retain' }),
      /^guardrails\.deletionPolicy: spec\.onInstanceGone: is Delete; .*guardrails\.deletionPolicy: spec\.onScheduleDelete: is Delete/,
    ],
    [
      'instances, none of which has the tags',
      {},
      under({ allowedInstances: { team: 'web' } }),
      /^guardrails\.allowedInstances: spec\.selector: i-0000000a, i-0000000b are no instances with the tags team=web/,
    ],
  ])('%s', async (_, spec, more, message) => {
    const plan = await planned(spec, more);
    expect(plan.steps).toEqual([]);
    expect(plan.blocked?.reason).toBe('Forbidden');
    expect(plan.blocked?.message).toMatch(message);
  });
});

describe('a schedule that keeps the rules is as if there were none', () => {
  it.each<[string, object, Partial<Context>]>([
    [
      'the accounts are allowed',
      inTemplate({ share: { accounts: [partner] } }),
      under({ image: { allowedShareAccounts: [partner] } }),
    ],
    ['nobody is shared with', {}, { restricted: true }],
    [
      'the tags are there',
      inTemplate({ tags: { cost: '1' }, snapshotTags: { cost: '1' } }),
      under({ requiredTags: ['cost'] }),
    ],
    ['nothing expires', {}, under({ deletionPolicy: 'Retain' })],
    ['the instances have the tags', {}, under({ allowedInstances: { backup: 'yes' } })],
  ])('%s', async (_, spec, more) => {
    const plan = await planned(spec, more);
    expect(plan.blocked).toBeUndefined();
    expect(plan.steps.map(({ call }) => call)).toEqual(
      (await planned(spec, {})).steps.map(({ call }) => call),
    );
  });
});

describe('over time', () => {
  it('of selected instances only those with the tags are imaged, and the others are named in a Warning', async () => {
    const world = new World({ schedules: [hourly] }, start, two);
    world.guardrails = guardrails.parse({ allowedInstances: { team: 'web' } });
    world.instances.set('i-0000000a', { state: 'running', tags: { backup: 'yes', team: 'web' } });
    await world.run(start + 3 * hour);
    expect(world.made).toHaveLength(3);
    for (const made of world.made) expect(made).toContain('i-0000000a');
    expect(world.warnings).toContain(
      'guardrails.allowedInstances: instances: i-0000000b is no instance with the tags team=web, which this account asks for',
    );
    expect(world.status.missed).toBe(0);
  });

  it('nothing is deleted from the moment on that nothing may be, not even what is left of another schedule', async () => {
    const world = new World({ schedules: [keepTwo] }, start);
    await world.run(start + 6 * hour);
    const before = world.deleted.length;
    expect(before).toBeGreaterThan(0);
    world.guardrails = guardrails.parse({ deletionPolicy: 'Retain' });
    await world.run(start + 12 * hour);
    world.spec = {
      ...world.spec,
      schedules: new World({ schedules: [{ name: 'daily', every: '24h' }] }, start).spec.schedules,
    };
    await world.run(start + 4 * day);
    expect(world.deleted).toHaveLength(before);
    expect(world.made.some((made) => made.startsWith('daily'))).toBe(true);
  });

  it('deleting a schedule leaves its images where nothing may be deleted', async () => {
    const world = new World({ schedules: [hourly], onScheduleDelete: 'Delete' }, start);
    await world.run(start + 3 * hour);
    world.guardrails = guardrails.parse({ deletionPolicy: 'Retain' });
    world.deleting = true;
    await world.reconcile();
    expect(world.deleted).toEqual([]);
    expect(world.available.length).toBeGreaterThan(0);
  });
});
