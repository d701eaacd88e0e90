import { describe, expect, it } from 'vitest';
import { StepError } from '../../core/errors.ts';
import {
  at,
  callsOf,
  copySite,
  image,
  known,
  minute,
  now,
  object,
  planned,
  seen,
  site,
  toldOfCopies,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ImageObject } from './self.ts';

const refusal = (code: string, kind: 'Conflict' | 'NotFound' = 'Conflict') =>
  new StepError({ class: kind, code, call: 'ec2', message: 'AWS’s words', definite: true });

const deleted = object({}, { deleting: true, status: known });
const left = seen({ primary: site({ image: undefined }) });

/** The plan after AWS has refused the first step of the one before. */
function refused(self: ImageObject, found: Seen, error: StepError) {
  const [step] = planned(self, toldOfCopies(self, found)).steps;
  const learned = step?.refused?.(found, error);
  if (!learned) throw new Error(`${step?.call} has no answer to ${error.code}`);
  return planned(self, toldOfCopies(self, learned));
}

describe('a snapshot that AWS calls in use', () => {
  it('is waited for: AWS may not have forgotten its image yet', () => {
    const plan = refused(deleted, left, refusal('InvalidSnapshot.InUse'));
    expect(callsOf(plan)).toEqual([]);
    expect(plan.blocked?.reason).toBe('Deleting');
    expect(plan.wakeAt).toBe(now + 15_000);
  });

  it('of a copy that nobody wants is waited for, too', () => {
    const copies = [{ region: 'eu-west-1', imageId: 'ami-2', snapshots: ['snap-2'] }];
    const found = seen({ copies: [copySite('eu-west-1', { image: undefined })] });
    const self = object({}, { status: { ...known, copies } });
    expect(refused(self, found, refusal('InvalidSnapshot.InUse')).blocked?.reason).toBe('Pending');
  });

  it('that is gone is done with', () => {
    const plan = refused(deleted, left, refusal('InvalidSnapshot.NotFound', 'NotFound'));
    expect(plan).toEqual({ steps: [] });
  });
});

describe('an image that AWS calls unavailable', () => {
  it('is gone, once it was finished', () => {
    const plan = refused(deleted, seen(), refusal('InvalidAMIID.Unavailable'));
    expect(callsOf(plan)).toEqual(['ec2:DeleteSnapshot']);
  });

  it('while it is pending is waited for', () => {
    const pending = image({ state: 'pending', createdAt: at(now - minute) });
    const found = seen({ primary: site({ image: pending }) });
    const plan = refused(deleted, found, refusal('InvalidAMIID.Unavailable'));
    expect(callsOf(plan)).toEqual([]);
    expect(plan.blocked?.reason).toBe('Deleting');
    expect(plan.wakeAt).toBe(now + minute / 4);
  });
});
