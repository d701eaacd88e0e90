import { describe, expect, it } from 'vitest';
import { type Case, check } from './check.test-data.ts';
import {
  at,
  image,
  instanceId,
  known,
  minute,
  now,
  object,
  planned,
  seen,
  site,
  visibleAfter,
} from './sample.test-data.ts';

const nothing = site({ image: undefined, snapshots: [] });
const instance = { state: 'instance', instanceId, tags: {} } as const;
const far = 'eu-west-1';

describe('without an image', () => {
  it.each<Case>([
    ['it is made', object(), seen({ primary: nothing, source: instance }), { calls: ['ec2:CreateImage'] }],
    [
      'of an image elsewhere it is a copy',
      object({ source: { copyFrom: { imageId: 'ami-0123456789abcdef0', region: far } } }),
      seen({ primary: nothing }),
      { calls: ['ec2:CopyImage'] },
    ],
    [
      'the instance is waited for',
      object(),
      seen({ primary: nothing, source: { state: 'missing', what: 'i-1 does not exist (yet)' } }),
      { blocked: 'DependencyNotReady', wakeAt: now + 15_000 },
    ],
    [
      'of several instances none is imaged',
      object(),
      seen({ primary: nothing, source: { state: 'several', instanceIds: ['i-1', 'i-2'] } }),
      { blocked: 'Conflict', wakeAt: now + minute },
    ],
    [
      'and with the name taken, it is not made',
      object(),
      seen({ primary: { ...nothing, namesake: image({ tags: {} }) }, source: instance }),
      { blocked: 'Conflict', wakeAt: now + minute },
    ],
    [
      'one that was just made is waited for',
      object({}, { status: known, creation: { token: 't-1', time: at(now - visibleAfter + 1) } }),
      seen({ primary: nothing, source: instance }),
      { blocked: 'Pending', wakeAt: now + 5_000 },
    ],
    [
      'one that was there is not made anew',
      object({}, { status: known, creation: { token: 't-1', time: at(now - visibleAfter) } }),
      seen({ primary: nothing, source: instance }),
      { blocked: 'Gone' },
    ],
    [
      'unless a person says so',
      object({}, { status: known }),
      seen({ primary: nothing, source: instance }),
      { calls: ['ec2:CreateImage'] },
      { mayRecreate: true },
    ],
    [
      'one that is to be adopted is not made',
      object({ adopt: 'ami-0123456789abcdef0' }),
      seen({ primary: nothing, cameBy: 'adopt' }),
      { blocked: 'NotFound' },
    ],
  ])('%s', (...test) => check(test));
});

describe('an image of a schedule', () => {
  const origin = { schedule: 'shop/nightly', scheduleName: 'night', tick: at(now - 2 * minute), instanceId };
  const scheduled = (more: object = {}, rest: object = {}) =>
    object({ scheduledBy: { ...origin, ...more } }, rest);
  const late = { startBefore: at(now) };
  const found = seen({ primary: nothing, source: instance });
  const without = (gone: boolean) =>
    seen({
      primary: nothing,
      source: { state: 'missing', what: 'i-1 is terminated', ...(gone ? { gone } : {}) },
    });
  it.each<Case>([
    [
      'is begun before it is too late',
      scheduled({ startBefore: at(now + 1) }),
      found,
      { calls: ['ec2:CreateImage'] },
    ],
    ['is not begun when it is too late', scheduled(late), found, { blocked: 'TooLate' }],
    [
      'is not begun when it is too late, whoever has its name',
      scheduled(late),
      seen({ primary: { ...nothing, namesake: image({ tags: {} }) }, source: instance }),
      { blocked: 'TooLate' },
    ],
    [
      'that may have been begun in time is waited for',
      scheduled(late, { creation: { token: 't-1', time: at(now - minute) } }),
      found,
      { blocked: 'Pending', wakeAt: now + 4 * minute },
    ],
    [
      'that was begun is not too late',
      scheduled(late, { status: known }),
      seen(),
      { calls: ['ec2:CreateTags'] },
    ],
    ['whose instance is terminated fails', scheduled(), without(true), { blocked: 'Failed' }],
    [
      'whose instance was terminated when it may have been begun is waited for',
      scheduled({}, { creation: { token: 't-1', time: at(now - minute) } }),
      without(true),
      { blocked: 'Pending', wakeAt: now + 4 * minute },
    ],
    [
      'whose instance AWS may hide is waited for',
      scheduled(),
      without(false),
      { blocked: 'DependencyNotReady', wakeAt: now + 15_000 },
    ],
    [
      'whose instance does not exist fails',
      scheduled({ tick: at(now - visibleAfter) }),
      without(false),
      { blocked: 'Failed' },
    ],
    [
      'by nobody waits for its instance',
      object(),
      without(true),
      { blocked: 'DependencyNotReady', wakeAt: now + 15_000 },
    ],
  ])('%s', (...test) => check(test));
});

it('says what it was made for in tags that no manifest can write', () => {
  const scheduledBy = {
    schedule: 'shop/nightly',
    scheduleName: 'night',
    tick: '2026-01-01T02:00:00Z',
    instanceId,
  };
  const [made] = planned(object({ scheduledBy }), seen({ primary: nothing, source: instance })).steps;
  const text = JSON.stringify(made?.input);
  for (const type of ['image', 'snapshot']) expect(text).toContain(`"ResourceType":"${type}"`);
  expect(text.match(/"mooring.dev\/schedule","Value":"shop\/nightly"/g)).toHaveLength(2);
  expect(text.match(/"mooring.dev\/schedule-tick","Value":"2026-01-01T02:00:00Z"/g)).toHaveLength(2);
  expect(text.match(/"mooring.dev\/instance"/g)).toHaveLength(2);
});
