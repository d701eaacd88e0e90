import { describe, expect, it } from 'vitest';
import { type Case, check } from './check.test-data.ts';
import {
  at,
  callsOf,
  copySite,
  ctx,
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
  site,
  tagsOfAnother,
  toldOfCopies,
  visibleAfter,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { ImageObject } from './self.ts';
import { statusOf } from './status.ts';
import { copiesTag, taggedRegions } from './tags.ts';

const far = 'eu-west-1';

describe('copies', () => {
  const copies = [{ region: far }];
  const knownCopy = { ...known, copies: [{ region: far, imageId: 'ami-2', snapshots: ['snap-2'] }] };
  /** Of a copy that AWS was asked for and that was not seen finished. */
  const asked = (time: number) => ({
    ...known,
    copies: [{ region: far, imageId: 'ami-2', state: 'Pending' as const, askedAt: at(time) }],
  });
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
      'that AWS still hides are waited for',
      object({ copies }, { status: asked(now - 2_000) }),
      seen({ copies: [copySite(far, { image: undefined, snapshots: [] })] }),
      { blocked: 'Pending', wakeAt: now + 5_000 },
    ],
    [
      'that AWS hides for too long are asked for again',
      object({ copies }, { status: asked(now - visibleAfter) }),
      seen({ copies: [copySite(far, { image: undefined, snapshots: [] })] }),
      { calls: [`ec2:CopyImage in ${far}`] },
    ],
    [
      'that nobody wants any more, and AWS still hides, are waited for',
      object({}, { status: asked(now - 2_000) }),
      seen({ copies: [copySite(far, { image: undefined, snapshots: [] })] }),
      { blocked: 'Pending', wakeAt: now + 5_000 },
    ],
    [
      'that nobody wants any more, and AWS never showed, are let go',
      object({}, { status: asked(now - visibleAfter) }),
      seen({ copies: [copySite(far, { image: undefined, snapshots: [] })] }),
      {},
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
    const plan = planned(self, toldOfCopies(self, seen()), { references });
    expect(plan.steps.map(({ input }) => Reflect.get(input, 'KmsKeyId'))).toEqual(
      expected === undefined ? [] : [expected],
    );
    expect(plan.blocked?.reason).toBe(expected === undefined ? 'DependencyNotReady' : undefined);
  });

  const tokenOf = (self: ImageObject, creationToken: string) =>
    Reflect.get(
      planned(self, toldOfCopies(self, seen()), { creationToken }).steps[0]?.input ?? {},
      'ClientToken',
    );

  it('that were shown and removed are not taken for hidden', () => {
    const status = {
      ...known,
      copies: [
        { region: far, imageId: 'ami-2', state: 'Pending' as const, askedAt: at(now), snapshots: ['snap-2'] },
      ],
    };
    const self = object({}, { status, deleting: true });
    const found = seen({
      primary: site({ image: undefined, snapshots: [] }),
      copies: [
        copySite(far, {
          image: image({ imageId: 'ami-2', state: 'pending', snapshotIds: ['snap-2'], tags: owned('copy') }),
        }),
      ],
    });
    const [removed] = planned(self, found).steps;
    expect(removed?.call).toBe('ec2:DeregisterImage');
    const results = [{ SnapshotId: 'snap-2', ReturnCode: 'success' }];
    const after = removed?.fold(found, { DeleteSnapshotResults: results }) ?? found;
    expect(planned(self, after)).toEqual({ steps: [] });
    expect(statusOf(self, after, ctx)).not.toHaveProperty('copies');
  });

  it('made in place of another keep their token until they were seen', () => {
    const copyOf = (copy: object) =>
      tokenOf(object({ copies }, { status: { ...known, copies: [{ region: far, ...copy }] } }), 't-a');
    const second = copyOf({ imageId: 'ami-2', state: 'Available' });
    expect(copyOf({ imageId: 'ami-3', state: 'Pending', replaces: 'ami-2' })).toBe(second);
    expect(copyOf({ imageId: 'ami-3', state: 'Available' })).not.toBe(second);
  });

  it('have the same token for every attempt, and another once one is gone', () => {
    const first = tokenOf(object({ copies }), 't-a');
    const lost = object({ copies }, { status: { ...known, copies: [{ region: far, imageId: 'ami-2' }] } });
    expect(tokenOf(object({ copies }), 't-b')).toBe(first);
    const status = { ...known, copies: [{ region: far, imageId: 'ami-2', state: 'Pending' as const }] };
    expect(tokenOf(object({ copies }, { status }), 't-b')).toBe(first);
    expect(tokenOf(lost, 't-a')).not.toBe(first);
    expect(String(first).length).toBeLessThanOrEqual(64);
  });
});

describe('where the copies are', () => {
  const copies = [{ region: far }];
  const named = (regions: string) =>
    seen({ primary: site({ image: image({ tags: { ...owned(), 'mooring.dev/copies': regions } }) }) });
  const calls = (self: ImageObject, found: Seen) => callsOf(planned(self, found));

  it('is on the image before a copy is asked for', () => {
    const plan = planned(object({ copies: [...copies, { region: 'us-east-1' }] }), seen());
    expect(callsOf(plan)).toEqual([
      'ec2:CreateTags',
      `ec2:CopyImage in ${far}`,
      'ec2:CopyImage in us-east-1',
    ]);
    expect(plan.steps[0]?.input).toMatchObject({
      Tags: [{ Key: 'mooring.dev/copies', Value: 'eu-west-1 us-east-1' }],
    });
    expect(plan.steps[0]?.why).toBe('ami-1: set mooring.dev/copies');
  });

  it('is on the image from the call that makes it', () => {
    const source = { state: 'instance', instanceId: 'i-0123456789abcdef0', tags: {} } as const;
    const found = seen({ primary: site({ image: undefined, snapshots: [] }), source });
    const input = JSON.stringify(planned(object({ copies }), found).steps[0]?.input);
    expect(input.match(/"mooring.dev\/copies","Value":"eu-west-1"/g)).toHaveLength(1);
  });

  it('stays until the copy was let go, and is shortened then', () => {
    const self = object({ copies: [{ region: 'us-east-1' }] }, { status: known });
    const there = copySite('us-east-1');
    const both = { ...named('eu-west-1 us-east-1'), copies: [copySite(far), there] };
    expect(calls(self, both)).not.toContain('ec2:CreateTags');
    expect(calls(self, { ...both, copies: [there] })).toEqual(['ec2:CreateTags']);
  });

  it('is taken off with the last one', () => {
    expect(calls(object({}, { status: known }), named(far))).toEqual(['ec2:DeleteTags']);
  });

  it('says nothing of an image without copies', () => {
    expect(calls(object({}, { status: known }), seen())).toEqual([]);
  });

  it('fits in a tag, however many there are', () => {
    const many = Array.from({ length: 30 }, (_, n) => copySite(`ap-southeast-${n + 10}`));
    const tag = copiesTag(object({ copies }), seen({ copies: many }), ctx);
    const [value = ''] = Object.values(tag);
    expect(value.length).toBeLessThanOrEqual(256);
    expect(taggedRegions({ tags: tag })).toContain(far);
    expect(taggedRegions({ tags: { 'mooring.dev/copies': 'evil.example.com/ eu-west-1' } })).toEqual([far]);
  });
});
