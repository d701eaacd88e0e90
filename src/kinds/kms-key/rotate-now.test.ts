import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import { diff } from './diff.ts';
import { callsOf, ctx, keyId, now, object, seen, visibleAfter } from './sample.test-data.ts';
import type { Seen, SeenRotation } from './seen.ts';
import type { KMSKeyStatus } from './spec.ts';
import { statusOf } from './status.ts';

const ago = (milliseconds: number) => new Date(now - milliseconds).toISOString();
const status = (rotation: KMSKeyStatus['rotation']) => ({ status: { keyId, rotation } });
const plan = (self: ReturnType<typeof object>, found: Seen) => diff(self, found, ctx, visibleAfter);
const rotated = (more: Partial<SeenRotation>) =>
  seen({ rotation: { enabled: false, onDemand: [], ...more } });

it('a token after one of which it is not known whether AWS acted on it rotates once, and the older is forgotten', () => {
  const attempt = { token: 'a', time: ago(3_600_000) };
  const self = object({ rotateNow: 'b' }, status({ attempt }));
  const before = rotated({});
  const after = plan(self, before).steps.reduce((found, step) => step.fold(found, {}), before);
  const told = statusOf(self, after, ctx);
  expect(told.rotation).toMatchObject({ lastToken: 'b' });
  expect(told.rotation).not.toHaveProperty('attempt');
  const next = object({ rotateNow: 'b' }, { status: told });
  expect(callsOf(plan(next, rotated({ onDemand: [ago(0)] })))).toEqual([]);
});

describe('another rotation on demand is under way', () => {
  const self = object({ rotateNow: 'b' }, status({ lastToken: 'a' }));

  it('as AWS shows: it is waited for, and nothing is asked', () => {
    const found = rotated({ startedOnDemand: ago(60_000) });
    expect(plan(self, found)).toMatchObject({
      steps: [],
      blocked: { reason: 'Pending' },
      wakeAt: now + 60_000,
    });
  });

  it('as AWS says when it is asked: the attempt made none, so that the end of the other one is not taken for it', () => {
    const before = rotated({});
    const [note, rotate] = plan(self, before).steps;
    const noted = note?.fold(before, undefined) ?? before;
    const conflict = { class: 'Conflict', code: 'ConflictException', message: 'in progress' } as const;
    const refusal = new AwsError({ ...conflict, call: 'kms:RotateKeyOnDemand', definite: true });
    const learned = rotate?.refused?.(noted, refusal) ?? expect.fail('it has no answer');
    expect(plan(self, learned)).toMatchObject({
      steps: [],
      blocked: { reason: 'Pending' },
      wakeAt: now + 60_000,
    });
    const told = statusOf(self, learned, ctx);
    expect(told.rotation).toEqual({ enabled: false, onDemandCount: 0, lastToken: 'a' });

    const later = object({ rotateNow: 'b' }, { status: told });
    const ended = rotated({ onDemand: [new Date(now + 60_000).toISOString()] });
    expect(statusOf(later, ended, ctx).rotation?.lastToken).toBe('a');
    expect(callsOf(plan(later, ended))).toEqual(['status', 'kms:RotateKeyOnDemand']);
  });
});
