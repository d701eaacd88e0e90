import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import {
  ctx,
  deletedPrincipalTrust,
  known,
  object,
  profile,
  role,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Seen, SeenRole } from './seen.ts';

const none: Partial<Seen> = { role: undefined };
const plan = (spec: object, of: Partial<Seen> = {}, status: object = known) =>
  diff(object(spec, { status }), seen(of), ctx);
const withRole = (more: Partial<SeenRole>): Partial<Seen> => ({ role: role(more) });

describe('what stands in the way is told', () => {
  it.each<[string, object, Partial<Seen>, object, string, RegExp]>([
    ['nobody’s role', {}, withRole({ tags: {} }), {}, 'Conflict', /Set spec.adopt to web/],
    ['another’s role', {}, withRole({ tags: tagsOfAnother }), known, 'Conflict', /IAMRole\/shop\/mail/],
    ['made anew by somebody', {}, withRole({ roleId: 'AROA2', tags: {} }), known, 'Conflict', /spec.adopt/],
    ['nothing to adopt', { adopt: 'web' }, none, {}, 'NotFound', /spec.adopt names web/],
    ['another path', { path: '/x/' }, {}, known, 'InvalidSpec', /^spec.path: is \/x\//],
    ['another name to adopt', { adopt: 'mail' }, {}, known, 'InvalidSpec', /^spec.adopt: names mail/],
    ['bad JSON', { inlinePolicies: { a: '{' } }, {}, known, 'InvalidSpec', /^spec.inlinePolicies.a: /],
    [
      'a bad policy name',
      { inlinePolicies: { 'a b': '{}' } },
      {},
      known,
      'InvalidSpec',
      /^spec.inlinePolicies.a b: /,
    ],
    [
      'another’s profile',
      { instanceProfile: {} },
      { profiles: [profile({ tags: tagsOfAnother, roles: [] })] },
      known,
      'Conflict',
      /instance profile web exists and belongs to IAMRole\/shop\/mail/,
    ],
    [
      'too many policies for the account',
      { managedPolicies: Array.from({ length: 13 }, (_, n) => `P${n}`) },
      { quotas: { trustPolicySize: 4_096, attachedPolicies: 12 } },
      known,
      'QuotaExceeded',
      /^spec.managedPolicies: has 13 policies: the account's quota for one role is 12/,
    ],
  ])('%s', (_, spec, of, status, reason, message) => {
    const { steps, blocked } = plan(spec, of, status);
    expect(steps).toEqual([]);
    expect(blocked).toMatchObject({ reason });
    expect(blocked?.message).toMatch(message);
  });

  it('a metadata.name that no role can have', () => {
    const long = object(
      {},
      { identity: { cluster: 'c', kind: 'IAMRole', namespace: 'n', name: 'x'.repeat(65) } },
    );
    expect(diff(long, seen(none), ctx).blocked).toMatchObject({ reason: 'InvalidSpec' });
  });

  it('what is left of a deleted principal', () => {
    const [step] = plan({}, withRole({ trust: { document: deletedPrincipalTrust } })).steps;
    expect(step).toMatchObject({ warns: true, event: 'PrincipalDeleted', field: 'trust' });
    expect(step?.why).toContain('AROAABCDEFGHIJKLMNOP is all that is left of a deleted user or role');
  });

  it('what is left of a deleted principal, also while there is no other in its place', () => {
    const of = {
      ...withRole({ trust: { document: deletedPrincipalTrust } }),
      unseenPrincipal: 'Invalid principal',
    };
    const { steps, blocked } = plan({}, of);
    expect(steps).toEqual([]);
    expect(blocked).toMatchObject({ reason: 'DependencyNotReady' });
    expect(blocked?.message).toContain('Invalid principal');
    expect(blocked?.message).toContain('AROAABCDEFGHIJKLMNOP is all that is left of a deleted user or role');
  });
});
