import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import {
  allowing,
  awsPolicy,
  ctx,
  known,
  object,
  owned,
  profile,
  role,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';
import { statusOf } from './status.ts';

it('tells what was seen', () => {
  const self = object({
    managedPolicies: ['A'],
    inlinePolicies: { a: allowing('s3:*') },
    tags: { team: 'web' },
    instanceProfile: {},
  });
  const found = seen({
    role: role({
      attached: [awsPolicy('A'), awsPolicy('B')],
      inline: { a: { document: allowing('s3:*') }, b: { unreadable: 'x' } },
      lastUsed: { date: '2026-01-01', region: 'eu-central-1' },
    }),
    profiles: [profile()],
  });
  expect(statusOf(self, found, { ...ctx, defaultTags: { owner: 'p' } })).toEqual({
    arn: 'arn:aws:iam::111122223333:role/web',
    roleId: 'AROA1',
    roleName: 'web',
    instanceProfileArn: 'arn:aws:iam::111122223333:instance-profile/web',
    instanceProfileName: 'web',
    lastUsed: { date: '2026-01-01', region: 'eu-central-1' },
    attachedPolicies: [awsPolicy('A'), awsPolicy('B')],
    inlinePolicies: ['a', 'b'],
    managedPolicies: [awsPolicy('A')],
    managedInlinePolicies: ['a'],
    managedTags: ['owner', 'team'],
  });
});

it('names a profile that is to go until it is gone: empty, it would be found by nothing else', () => {
  const self = object({ instanceProfile: {} }, { status: { ...known, instanceProfileName: 'nodes' } });
  const old = profile({ name: 'nodes', arn: 'arn:nodes', roles: [] });
  expect(statusOf(self, seen({ profiles: [profile(), old] }), ctx)).toMatchObject({
    instanceProfileArn: profile().arn,
    instanceProfileName: 'nodes',
  });
  expect(statusOf(self, seen({ profiles: [profile()] }), ctx).instanceProfileName).toBe('web');
});

it('writes the last use once a day, wherever it was', () => {
  const lastUsed = { date: '2026-01-01', region: 'eu-central-1' };
  const self = object({}, { status: { ...known, lastUsed } });
  const used = (date: string) => seen({ role: role({ lastUsed: { date, region: 'us-east-1' } }) });
  expect(statusOf(self, used('2026-01-01'), ctx).lastUsed).toEqual(lastUsed);
  expect(statusOf(self, used('2026-01-02'), ctx).lastUsed).toEqual({
    date: '2026-01-02',
    region: 'us-east-1',
  });
});

it('keeps a lost role known, and takes none of another’s', () => {
  const self = object({}, { status: known });
  expect(statusOf(self, seen({ role: undefined }), ctx)).toEqual(known);
  expect(statusOf(object(), seen({ role: role({ tags: tagsOfAnother }) }), ctx)).toEqual({});
});

it.each<[string, object]>([
  ['found by its name', {}],
  ['adopted', { adopt: 'web' }],
])('tells no id of a role %s that is not taken over yet: the next look may still do it', (_, spec) => {
  const found = seen({ role: role({ tags: owned('u-0') }) });
  const status = statusOf(object(spec), found, ctx);
  expect(status).toMatchObject({ arn: role().arn, roleName: 'web' });
  expect(status).not.toHaveProperty('roleId');
  expect(diff(object(spec, { status }), found, ctx)).toMatchObject({ steps: [{ event: 'TakenOver' }] });
});

describe('of the tags that are set for the object status records', () => {
  it.each<[string, object, Readonly<Record<string, string>>, string[]]>([
    ['those of the manifest', { tags: { team: 'x' } }, { team: 'x' }, ['team']],
    ['one that is taken out of it, until it is gone', {}, { old: 'x' }, ['old']],
    ['none that is gone', {}, {}, []],
    ['none that others put there', {}, { theirs: 'x' }, []],
  ])('%s', (_, spec, tags, keys) => {
    const self = object(spec, { status: { ...known, managedTags: ['old'] } });
    const found = seen({ role: role({ tags: { ...owned(), ...tags } }) });
    expect(statusOf(self, found, ctx).managedTags).toEqual(keys);
  });
});

it('records a key as long as it is on the role or on a profile of ours, in whatever case', () => {
  const self = object({ instanceProfile: {} }, { status: { ...known, managedTags: ['Old', 'older'] } });
  const of = (name: string, tags: Readonly<Record<string, string>>) => profile({ name, tags });
  const found = seen({
    role: role({ tags: owned() }),
    profiles: [of('web', { ...owned(), old: 'x' }), of('theirs', { ...tagsOfAnother, older: 'x' })],
  });
  expect(statusOf(self, found, ctx).managedTags).toEqual(['Old']);
});
