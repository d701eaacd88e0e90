import { describe, expect, it } from 'vitest';
import { type Case, check } from './check.test-data.ts';
import {
  at,
  copySite,
  day,
  image,
  known,
  minute,
  now,
  object,
  own,
  owned,
  planned,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { ImageObject } from './self.ts';

const far = 'eu-west-1';

describe('copies', () => {
  const copies = [{ region: far }];
  const knownCopy = { ...known, copies: [{ region: far, imageId: 'ami-2', snapshots: ['snap-2'] }] };
  const failedCopy = (failures: number, created: number) =>
    copySite(far, {
      image: image({
        imageId: 'ami-2',
        state: 'failed',
        createdAt: at(created),
        snapshotIds: ['snap-2'],
        tags: owned('copy'),
      }),
      failures,
    });
  it.each<Case>([
    ['are made', object({ copies }), seen(), { calls: [`ec2:CopyImage in ${far}`] }],
    ['are left when they are there', object({ copies }), seen({ copies: [copySite(far)] }), {}],
    [
      'are waited for',
      object({ copies }),
      seen({ copies: [copySite(far, { image: image({ state: 'pending', tags: owned('copy') }) })] }),
      { blocked: 'Pending', wakeAt: now + minute },
    ],
    [
      'that failed are left for a while',
      object({ copies }, { status: knownCopy }),
      seen({ copies: [failedCopy(1, now - minute)] }),
      { blocked: 'Failed', wakeAt: now + 4 * minute },
    ],
    [
      'that failed go then',
      object({ copies }, { status: knownCopy }),
      seen({ copies: [failedCopy(1, now - 5 * minute)] }),
      { calls: [`ec2:DeregisterImage in ${far}`] },
    ],
    [
      'that failed twice are left for longer',
      object({ copies }, { status: knownCopy }),
      seen({ copies: [failedCopy(2, now - 5 * minute)] }),
      { blocked: 'Failed', wakeAt: now + 55 * minute },
    ],
    [
      'that failed three times wait for a person',
      object({ copies }, { status: knownCopy }),
      seen({ copies: [failedCopy(3, now - day)] }),
      { blocked: 'Failed' },
    ],
    [
      'that failed and are gone are made anew, once their snapshots are gone, too',
      object({ copies }, { status: knownCopy }),
      seen({ copies: [copySite(far, { image: undefined, failures: 1 })] }),
      { calls: [`ec2:DeleteSnapshot in ${far}`] },
    ],
    [
      'that failed and are gone are made anew',
      object({ copies }, { status: knownCopy }),
      seen({ copies: [copySite(far, { image: undefined, snapshots: [], failures: 1 })] }),
      { calls: [`ec2:CopyImage in ${far}`] },
    ],
    [
      'that failed and became another’s are told and left',
      object({ copies }),
      seen({ copies: [copySite(far, { image: image({ state: 'failed', tags: tagsOfAnother }) })] }),
      { blocked: 'Conflict' },
    ],
    [
      'in the image’s own Region are refused',
      object({ copies: [{ region: own }] }),
      seen(),
      { blocked: 'InvalidSpec' },
    ],
    [
      'that are not wanted go, once their snapshots are noted',
      object({}, { status: known }),
      seen({ copies: [copySite(far)] }),
      { calls: ['status'] },
    ],
    [
      'whose snapshots are known go',
      object(
        {},
        { status: { ...known, copies: [{ region: far, imageId: 'ami-2', snapshots: ['snap-2'] }] } },
      ),
      seen({ copies: [copySite(far)] }),
      { calls: [`ec2:DeregisterImage in ${far}`] },
    ],
    [
      'of a retained image are retained',
      object({ deletionPolicy: 'Retain' }),
      seen({ copies: [copySite(far)] }),
      { calls: [`ec2:CreateTags in ${far}`] },
    ],
    [
      'that became another’s are told and left',
      object({ copies }),
      seen({ copies: [copySite(far, { image: image({ tags: tagsOfAnother }) })] }),
      { blocked: 'Conflict' },
    ],
    [
      'wait for their key',
      object({ copies: [{ region: far, kmsKeyRef: { name: 'backup' } }] }),
      seen(),
      { blocked: 'DependencyNotReady' },
    ],
  ])('%s', (...test) => check(test));

  it.each([
    ['the key itself', 'arn:aws:kms:eu-west-1:1:key/a', [], 'arn:aws:kms:eu-west-1:1:key/a'],
    [
      'its replica there',
      'arn:aws:kms:eu-central-1:1:key/a',
      [{ region: far, arn: 'arn:aws:kms:eu-west-1:1:key/a' }],
      'arn:aws:kms:eu-west-1:1:key/a',
    ],
    ['no key of another Region', 'arn:aws:kms:eu-central-1:1:key/a', [], undefined],
  ])('are encrypted with %s', (_, arn, replicas, expected) => {
    const references = new Map([['KMSKey/shop/backup', { ready: true, status: { arn, replicas } }]]);
    const self = object({ copies: [{ region: far, kmsKeyRef: { name: 'backup' } }] });
    const plan = planned(self, seen(), { references });
    expect(plan.steps.map(({ input }) => Reflect.get(input, 'KmsKeyId'))).toEqual(
      expected === undefined ? [] : [expected],
    );
    expect(plan.blocked?.reason).toBe(expected === undefined ? 'DependencyNotReady' : undefined);
  });

  it('have the same token for every attempt, and another once one is gone', () => {
    const tokenOf = (self: ImageObject, token: string) =>
      Reflect.get(planned(self, seen(), { creationToken: token }).steps[0]?.input ?? {}, 'ClientToken');
    const first = tokenOf(object({ copies }), 't-a');
    const lost = object({ copies }, { status: { ...known, copies: [{ region: far, imageId: 'ami-2' }] } });
    expect(tokenOf(object({ copies }), 't-b')).toBe(first);
    expect(tokenOf(lost, 't-a')).not.toBe(first);
    expect(String(first).length).toBeLessThanOrEqual(64);
  });
});
