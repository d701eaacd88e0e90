import { describe, expect, it } from 'vitest';
import { tagKeys } from '../../core/identity.ts';
import { diff } from './diff.ts';
import {
  allowing,
  awsPolicy,
  callsOf,
  ctx,
  deletedPrincipalTrust,
  ec2Trust,
  known,
  object,
  owned,
  profile,
  role,
  seen,
} from './sample.test-data.ts';
import type { Seen, SeenRole } from './seen.ts';

const none: Partial<Seen> = { role: undefined };
const plan = (spec: object, of: Partial<Seen> = {}, status: object = known) =>
  diff(object(spec, { status }), seen(of), ctx);
const withRole = (more: Partial<SeenRole>): Partial<Seen> => ({ role: role(more) });

describe('what differs is called, and nothing else', () => {
  it.each<[string, object, Partial<Seen>, string[]]>([
    ['as declared', {}, {}, []],
    ['no role', {}, none, ['CreateRole']],
    [
      'another trust',
      {},
      withRole({ trust: { document: deletedPrincipalTrust } }),
      ['UpdateAssumeRolePolicy'],
    ],
    ['a trust nobody can read', {}, withRole({ trust: { unreadable: 'x' } }), ['UpdateAssumeRolePolicy']],
    ['the same trust in other words', {}, withRole({ trust: { document: { ...ec2Trust, Id: '' } } }), []],
    ['another description', { description: 'x' }, {}, ['UpdateRole']],
    ['a description too many', {}, withRole({ description: 'x' }), ['UpdateRole']],
    ['another session', { maxSessionDuration: '90m' }, {}, ['UpdateRole']],
    ['both: still one call', { description: 'x', maxSessionDuration: 7_200 }, {}, ['UpdateRole']],
    ['the same session in seconds', { maxSessionDuration: 3_600 }, {}, []],
    ['no boundary', { permissionsBoundary: awsPolicy('B') }, {}, ['PutRolePermissionsBoundary']],
    [
      'a boundary too many',
      {},
      withRole({ permissionsBoundary: awsPolicy('B') }),
      ['DeleteRolePermissionsBoundary'],
    ],
    [
      'a boundary in another case',
      { permissionsBoundary: awsPolicy('powerUsers') },
      withRole({ permissionsBoundary: awsPolicy('PowerUsers') }),
      [],
    ],
    [
      'policies: attached before detached',
      { managedPolicies: ['B'] },
      withRole({ attached: [awsPolicy('A')] }),
      ['AttachRolePolicy', 'DetachRolePolicy'],
    ],
    [
      'policies: detached first where both would not fit',
      { managedPolicies: ['B'] },
      withRole({ attached: Array.from({ length: 10 }, (_, n) => awsPolicy(`A${n}`)) }),
      [...Array.from({ length: 10 }, () => 'DetachRolePolicy'), 'AttachRolePolicy'],
    ],
    ['one policy named twice', { managedPolicies: ['A', awsPolicy('A')] }, {}, ['AttachRolePolicy']],
    [
      'a policy in another case',
      { managedPolicies: ['readonlyaccess'] },
      withRole({ attached: [awsPolicy('ReadOnlyAccess')] }),
      [],
    ],
    ['others’ policies, left', { exclusive: false }, withRole({ attached: [awsPolicy('A')] }), []],
    [
      'inline policies: what goes before what comes',
      { inlinePolicies: { b: allowing('s3:*') } },
      withRole({ inline: { a: { document: allowing('s3:*') } } }),
      ['DeleteRolePolicy', 'PutRolePolicy'],
    ],
    [
      'an inline policy in other words',
      { inlinePolicies: { a: JSON.stringify(allowing('S3:Get*', 's3:Put*')) } },
      withRole({ inline: { a: { document: allowing('s3:put*', 's3:get*') } } }),
      [],
    ],
    [
      'others’ inline policies, left',
      { exclusive: false },
      withRole({ inline: { a: { document: allowing('s3:*') } } }),
      [],
    ],
    ['a tag', { tags: { team: 'web' } }, {}, ['TagRole']],
    [
      'a tag whose key is in another case',
      { tags: { team: 'web' } },
      withRole({ tags: { ...owned(), Team: 'web' } }),
      [],
    ],
    ['a lost owner', {}, withRole({ tags: {} }), ['TagRole']],
    ['no profile', { instanceProfile: {} }, {}, ['CreateInstanceProfile', 'AddRoleToInstanceProfile']],
    [
      'an empty profile',
      { instanceProfile: {} },
      { profiles: [profile({ roles: [] })] },
      ['AddRoleToInstanceProfile'],
    ],
    [
      'another role in our profile',
      { instanceProfile: {} },
      { profiles: [profile({ roles: ['mail'] })] },
      ['RemoveRoleFromInstanceProfile', 'AddRoleToInstanceProfile'],
    ],
    [
      'a profile whose tags are not told',
      { instanceProfile: {} },
      { profiles: [profile({ tags: undefined })] },
      [],
    ],
    [
      'a profile that is not wanted any more',
      { instanceProfile: { enabled: false } },
      { profiles: [profile()] },
      ['RemoveRoleFromInstanceProfile', 'DeleteInstanceProfile'],
    ],
    ...['constructor', 'toString', 'valueOf', 'hasOwnProperty'].flatMap(
      (name): [string, object, Partial<Seen>, string[]][] => [
        [
          `an inline policy ${name} too many`,
          {},
          withRole({ inline: { [name]: { document: allowing('s3:*') } } }),
          ['DeleteRolePolicy'],
        ],
        [`no inline policy ${name}`, { inlinePolicies: { [name]: allowing('s3:*') } }, {}, ['PutRolePolicy']],
      ],
    ),
    ['a profile of somebody else, which is not wanted', {}, { profiles: [profile({ tags: {} })] }, []],
  ])('%s', (_, spec, of, calls) => {
    const { steps, ...rest } = plan(spec, of);
    expect(callsOf({ steps })).toEqual(calls);
    expect(rest).toEqual({});
  });

  it('why an inline policy is written is told of the policy, whatever its name', () => {
    const { steps } = plan({ inlinePolicies: { constructor: allowing('s3:*') } });
    expect(steps.map(({ why }) => why)).toEqual(['inline policy constructor of web: there is none']);
  });

  it('what status says was ours goes, though others’ policies stay', () => {
    const status = { ...known, managedPolicies: [awsPolicy('A')], managedInlinePolicies: ['a'] };
    const of = withRole({
      attached: [awsPolicy('A'), awsPolicy('B')],
      inline: { a: { document: allowing('s3:*') }, b: { document: allowing('s3:*') } },
    });
    expect(plan({ exclusive: false }, of, status).steps.map(({ input }) => input)).toEqual([
      { RoleName: 'web', PolicyArn: awsPolicy('A') },
      { RoleName: 'web', PolicyName: 'a' },
    ]);
  });

  it('tags: one call for what is new or changed, one for what is gone', () => {
    const tags = { ...owned(), Stage: 'dev', team: 'web', [tagKeys.released]: 'true' };
    const { steps } = plan({ tags: { Team: 'shop', cost: '1' } }, withRole({ tags }), {
      ...known,
      managedTags: ['team', 'stage'],
    });
    expect(steps.map(({ call, input }) => [call, input])).toEqual([
      [
        'iam:TagRole',
        {
          RoleName: 'web',
          Tags: [
            { Key: 'Team', Value: 'shop' },
            { Key: 'cost', Value: '1' },
          ],
        },
      ],
      ['iam:UntagRole', { RoleName: 'web', TagKeys: ['stage', tagKeys.released] }],
    ]);
    const after = steps.reduce((before, one) => one.fold(before, {}), seen(withRole({ tags })));
    expect(after.role?.tags).toEqual({ ...owned(), Team: 'shop', cost: '1' });
  });
});
