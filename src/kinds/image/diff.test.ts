import { describe, expect, it } from 'vitest';
import { StepError } from '../../core/errors.ts';
import { type Case, check } from './check.test-data.ts';
import {
  at,
  image,
  known,
  minute,
  now,
  object,
  planned,
  seen,
  sharing,
  site,
  snapshot,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ImageObject } from './self.ts';

const nothing = site({ image: undefined, snapshots: [] });
const far = 'eu-west-1';

describe('an image', () => {
  it.each<Case>([
    ['as declared is left alone', object(), seen(), {}],
    [
      'that is another object’s is left alone',
      object({ tags: { team: 'web' } }),
      seen({ primary: site({ image: image({ tags: tagsOfAnother }) }) }),
      { blocked: 'Conflict' },
    ],
    [
      'that is pending is waited for, and only tagged meanwhile',
      object({ description: 'x', tags: { team: 'web' }, copies: [{ region: far }] }),
      seen({ primary: site({ image: image({ state: 'pending', createdAt: at(now - minute) }) }) }),
      { calls: ['ec2:CreateTags'], blocked: 'Pending', wakeAt: now + minute / 4 },
    ],
    [
      'that failed says so',
      object(),
      seen({ primary: site({ image: image({ state: 'failed', stateReason: 'no space' }) }) }),
      { blocked: 'Failed' },
    ],
    [
      'whose snapshots lack the same tags has them set in one call',
      object({ snapshotTags: { cost: 'backup' } }),
      seen({ primary: site({ snapshots: [snapshot(), snapshot({ snapshotId: 'snap-9' })] }) }),
      { calls: ['ec2:CreateTags'] },
    ],
    [
      'with somebody else’s snapshot leaves that alone',
      object({ snapshotTags: { cost: 'backup' } }),
      seen({ primary: site({ snapshots: [snapshot({ tags: tagsOfAnother })] }) }),
      {},
    ],
    [
      'is described as the manifest says',
      object({ description: 'nightly' }),
      seen(),
      { calls: ['ec2:ModifyImageAttribute'] },
    ],
  ])('%s', (...test) => check(test));
});

describe('an image that goes while it is worked on', () => {
  const declared = {
    tags: { team: 'web' },
    description: 'nightly',
    deprecateAfter: '90d',
    disableAfter: '365d',
    deregistrationProtection: { enabled: true },
    share: { accounts: ['111111111111'] },
  };
  const found = (state: string) => seen({ primary: site({ image: image({ state }), sharing: sharing() }) });
  const outcome = (self: ImageObject, before: Seen, call: string, code: string) => {
    const error = new StepError({ class: 'NotFound', code, call, message: code, definite: true });
    const learned = planned(self, before)
      .steps.find((step) => step.call === call)
      ?.refused?.(before, error);
    return learned && planned(self, learned).blocked?.reason;
  };
  const self = object(declared, { status: known });
  it.each([
    'ec2:CreateTags',
    'ec2:ModifyImageAttribute',
    'ec2:EnableImageDeregistrationProtection',
    'ec2:EnableImageDeprecation',
  ])('is Gone, and %s no failure', (call) => {
    expect(outcome(self, found('available'), call, 'InvalidAMIID.NotFound')).toBe('Gone');
    expect(outcome(self, found('available'), call, 'InvalidAMIID.Unavailable')).toBe('Gone');
    expect(outcome(self, found('available'), call, 'InvalidSnapshot.NotFound')).toBeUndefined();
  });

  it('is Gone instead of disabled', () => {
    const old = object({ disableAfter: '1h' }, { status: known });
    expect(outcome(old, seen(), 'ec2:DisableImage', 'InvalidAMIID.Unavailable')).toBe('Gone');
  });

  it('is not Gone while it is pending: AWS says Unavailable to that, too', () => {
    expect(outcome(self, found('pending'), 'ec2:CreateTags', 'InvalidAMIID.Unavailable')).toBeUndefined();
  });
});

describe('deleting the object', () => {
  const deleted = (spec: object = {}, more: object = {}) =>
    object(spec, { deleting: true, status: known, ...more });
  it.each<Case>([
    ['deregisters the image', deleted(), seen(), { calls: ['ec2:DeregisterImage'] }],
    [
      'notes its snapshots first',
      deleted({}, { status: { imageId: 'ami-1' } }),
      seen(),
      { calls: ['status'] },
    ],
    [
      'deletes the snapshots that are left',
      deleted(),
      seen({ primary: site({ image: undefined }) }),
      { calls: ['ec2:DeleteSnapshot'] },
    ],
    [
      'but not where the manifest says so',
      deleted({ deleteSnapshots: false }),
      seen({ primary: site({ image: undefined }) }),
      {},
    ],
    [
      'waits for what is protected',
      deleted(),
      seen({ primary: site({ image: image({ deregistrationProtection: 'enabled-with-cooldown' }) }) }),
      { blocked: 'DeletionHeld', wakeAt: now + 5 * minute },
    ],
    ['marks what is retained', deleted({ deletionPolicy: 'Retain' }), seen(), { calls: ['ec2:CreateTags'] }],
    [
      'leaves what is another’s',
      deleted(),
      seen({ primary: site({ image: image({ tags: tagsOfAnother }) }) }),
      {},
    ],
    ['does nothing where nothing is', deleted(), seen({ primary: nothing }), {}],
  ])('%s', (...test) => check(test));
});
