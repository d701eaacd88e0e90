import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import { diff } from './diff.ts';
import {
  awsPolicy,
  callsOf,
  ctx,
  ec2Trust,
  known,
  object,
  owned,
  profile,
  role,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Seen, SeenRole } from './seen.ts';

const none: Partial<Seen> = { role: undefined };
const withRole = (more: Partial<SeenRole>): Partial<Seen> => ({ role: role(more) });

describe('deleting', () => {
  const removal = (spec: object, of: Partial<Seen> = {}) =>
    diff(object(spec, { deleting: true, status: known }), seen(of), ctx);
  const full: Partial<Seen> = {
    role: role({ attached: [awsPolicy('A')], inline: { a: { document: ec2Trust } } }),
    profiles: [profile()],
  };

  it('empties the role before it goes, each step under the rules against accidents', () => {
    const { steps } = removal({}, full);
    expect(callsOf({ steps })).toEqual([
      'RemoveRoleFromInstanceProfile',
      'DeleteInstanceProfile',
      'DetachRolePolicy',
      'DeleteRolePolicy',
      'DeleteRole',
    ]);
    expect(steps.every(({ destroys }) => destroys)).toBe(true);
  });

  it.each<[string, object, Partial<Seen>, string[]]>([
    ['nothing is there', {}, none, []],
    ['a profile was left', {}, { ...none, profiles: [profile({ roles: [] })] }, ['DeleteInstanceProfile']],
    ['it is another’s', {}, withRole({ tags: tagsOfAnother }), []],
    ['it is retained', { deletionPolicy: 'Retain' }, full, ['TagRole']],
    ['it was adopted', { adopt: 'web' }, full, ['TagRole']],
    [
      'it is marked already',
      { adopt: 'web' },
      withRole({ tags: { ...owned(), [tagKeys.released]: 'true' } }),
      [],
    ],
    ['the manifest is wrong', { trustPolicy: '{' }, {}, ['DeleteRole']],
  ])('where %s', (_, spec, of, calls) => {
    expect(callsOf(removal(spec, of))).toEqual(calls);
  });

  it('believes a look, and no refusal, that the role is gone: IAM may not know a new one everywhere yet', () => {
    const self = object({}, { deleting: true, status: known });
    const step = removal({}).steps.find(({ call }) => call === 'iam:DeleteRole');
    const error = { class: 'NotFound', code: 'NoSuchEntity', call: 'iam:DeleteRole', message: 'x' } as const;
    const learned = step?.refused?.(seen(), new AwsError({ ...error, definite: true })) ?? seen();
    expect(diff(self, learned, ctx)).toMatchObject({
      steps: [],
      blocked: { reason: 'Pending' },
      wakeAt: ctx.now + 2_000,
    });
    expect(learned.role).toBeDefined();
  });

  it('stops at a profile of somebody else, before anything is taken off', () => {
    const { steps, blocked } = removal({}, { ...full, profiles: [profile({ name: 'theirs', tags: {} })] });
    expect(steps).toEqual([]);
    expect(blocked).toMatchObject({ reason: 'Conflict' });
    expect(blocked?.message).toContain('still in instance profile theirs');
  });
});
