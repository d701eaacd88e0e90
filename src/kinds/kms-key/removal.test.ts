import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import type { Step } from '../../core/plan.ts';
import { diff } from './diff.ts';
import {
  abroad,
  callsOf,
  ctx,
  home,
  key,
  now,
  object,
  owned,
  seen,
  visibleAfter,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { KMSKey } from './self.ts';

const minute = 60_000;
const deleting = { deleting: true };
const young = { deleting: true, creation: { token: 't-1', time: new Date(now - 3_000).toISOString() } };
const replicated = { multiRegion: true, replicas: [{ region: abroad }] };
const primary = key({ multiRegion: true, primaryRegion: home, replicaRegions: [abroad] });
const replica = key({ ...primary, tags: owned('u-1', 'replica') });

const notFound = (call: string) =>
  new AwsError({ class: 'NotFound', code: 'NotFoundException', call, message: 'gone', definite: true });

/** What is planned once AWS has said that it does not know what the first of these calls names. */
function refused(self: KMSKey, found: Seen, call: string) {
  const step: Step<Seen> | undefined = diff(self, found, ctx, visibleAfter).steps.find(
    (one) => one.call === call,
  );
  const learned = step?.refused?.(found, notFound(call));
  return learned && { learned, plan: diff(self, learned, ctx, visibleAfter) };
}

describe('AWS does not know the key that is to be deleted', () => {
  it('because it was made seconds ago: it waits, and the key does not outlive its object', () => {
    const after = refused(object({}, young), seen(), 'kms:ScheduleKeyDeletion');
    expect(after?.learned.key).toBeDefined();
    expect(after?.plan).toMatchObject({ steps: [], blocked: { reason: 'Pending' }, wakeAt: now + 1_000 });
  });

  it('and it is not young: it is gone', () => {
    const after = refused(object({}, deleting), seen(), 'kms:ScheduleKeyDeletion');
    expect(after?.learned.key).toBeUndefined();
    expect(after?.plan).toEqual({ steps: [] });
  });
});

describe('AWS does not know the alias that is to be deleted', () => {
  const named = seen({ key: key({ aliases: ['alias/a'] }) });

  it('because it was made seconds ago: it waits, and the alias does not outlive its object', () => {
    const after = refused(object({ aliases: ['alias/a'] }, young), named, 'kms:DeleteAlias');
    expect(after?.learned.key?.aliases).toEqual(['alias/a']);
    expect(after?.plan).toMatchObject({ steps: [], blocked: { reason: 'Pending' }, wakeAt: now + 1_000 });
  });

  it('and the key is not young: somebody was faster', () => {
    const after = refused(object({ aliases: ['alias/a'] }, deleting), named, 'kms:DeleteAlias');
    expect(after && callsOf(after.plan)).toEqual(['kms:ScheduleKeyDeletion']);
  });
});

describe('AWS does not know a replica that is to be deleted', () => {
  const found = seen({ key: primary, replicas: { [abroad]: replica } });

  it('with its object: the primary is scheduled all the same', () => {
    const after = refused(object(replicated, deleting), found, 'kms:ScheduleKeyDeletion');
    expect(after && callsOf(after.plan)).toEqual(['kms:ScheduleKeyDeletion']);
  });

  it('because the manifest no longer names it: there is nothing left to do', () => {
    const after = refused(object({ multiRegion: true }), found, 'kms:ScheduleKeyDeletion');
    expect(after?.plan).toEqual({ steps: [] });
  });
});

it('two keys that claim to be a deleted object’s are looked at again in a minute', () => {
  const claims = ['a', 'b'].map((keyId) => ({ keyId, tags: owned() }));
  expect(diff(object({}, deleting), seen({ key: undefined, claims }), ctx, visibleAfter)).toMatchObject({
    blocked: { reason: 'Conflict' },
    wakeAt: now + minute,
  });
});

it('a declared replica that is another’s is not saved from deletion', () => {
  const foreign = { ...owned('u-9', 'replica'), 'mooring.dev/id': 'KMSKey/shop/mail' };
  const theirs = key({ ...replica, tags: foreign, state: 'PendingDeletion' });
  const plan = diff(
    object(replicated),
    seen({ key: primary, replicas: { [abroad]: theirs } }),
    ctx,
    visibleAfter,
  );
  expect(plan).toMatchObject({ steps: [], blocked: { reason: 'Conflict' } });
});
