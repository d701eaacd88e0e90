import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import { allowing, awsPolicy, callsOf, ctx, known, object, role, seen } from './sample.test-data.ts';
import type { Seen, SeenRole } from './seen.ts';
import { readersOf } from './world.test-data.ts';

const plan = (spec: object, of: Partial<SeenRole>, status: object = known, more: Partial<Seen> = {}) =>
  diff(object(spec, { status }), seen({ role: role(of), ...more }), ctx);
const theirs = Array.from({ length: 9 }, (_, n) => awsPolicy(`Their${n}`));
const half = allowing(...Array.from({ length: 200 }, (_, n) => `service${n}:DoSomethingOrOther`));

describe('what others gave the role, and the manifest leaves, takes room too', () => {
  it('of attachments: AWS is not asked for more than fit, and the rest goes on', () => {
    const spec = { exclusive: false, managedPolicies: ['A', 'B'], description: 'new' };
    const result = plan(spec, { attached: theirs });
    expect(callsOf(result)).toEqual(['UpdateRole']);
    expect(result.blocked).toEqual({
      reason: 'QuotaExceeded',
      message:
        'spec.managedPolicies: has 2 policies, and exclusive: false leaves 9 more: the account\'s quota for one role is 10 (Service Quotas, IAM, "Managed policies per role")',
    });
    expect(result.wakeAt).toBeGreaterThan(ctx.now);
  });

  it('of attachments: within a quota that was raised there is room', () => {
    const quotas = { trustPolicySize: 2_048, attachedPolicies: 20 };
    const result = plan({ exclusive: false, managedPolicies: ['A', 'B'] }, { attached: theirs }, known, {
      quotas,
    });
    expect(callsOf(result)).toEqual(['AttachRolePolicy', 'AttachRolePolicy']);
  });

  it('of attachments: what goes makes room', () => {
    const status = { ...known, managedPolicies: theirs.slice(0, 1) };
    const result = plan({ exclusive: false, managedPolicies: ['A', 'B'] }, { attached: theirs }, status);
    expect(callsOf(result)).toEqual(['DetachRolePolicy', 'AttachRolePolicy', 'AttachRolePolicy']);
    expect(result.blocked).toBeUndefined();
  });

  it('of inline policies: the message has the sum', () => {
    const spec = { exclusive: false, inlinePolicies: { ours: half }, description: 'new' };
    const result = plan(spec, { inline: { theirs: { document: half } } });
    expect(callsOf(result)).toEqual(['UpdateRole']);
    expect(result.blocked?.reason).toBe('QuotaExceeded');
    expect(result.blocked?.message).toMatch(
      /^spec.inlinePolicies: with what exclusive: false leaves, the inline policies have \d+ characters together/,
    );
  });

  it('but where nothing is to be given it is nobody’s trouble', () => {
    const full = [...theirs, awsPolicy('A'), awsPolicy('B')];
    expect(plan({ exclusive: false, managedPolicies: ['A', 'B'] }, { attached: full })).toEqual({
      steps: [],
    });
  });
});

it('the account’s quotas are asked for where it is others who fill the role', async () => {
  const one = role({ attached: theirs });
  const world = {
    roles: [
      {
        role: { ...one, id: one.roleId, trustPolicy: '{}', lastUsed: undefined },
        attachedPolicies: theirs,
        inlinePolicies: {},
      },
    ],
    profiles: [],
    made: 0,
  };
  const look = async (spec: object) =>
    (await observe(object(spec, { status: known }), readersOf(world), ctx)).quotas;
  expect(await look({ exclusive: false, managedPolicies: ['A', 'B'] })).toBeDefined();
  expect(await look({ exclusive: false, managedPolicies: ['A'] })).toBeUndefined();
  expect(await look({ managedPolicies: ['A', 'B'] })).toBeUndefined();
});
