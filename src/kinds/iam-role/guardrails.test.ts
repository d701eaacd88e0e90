import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../core/context.ts';
import { AwsError } from '../../core/errors.ts';
import { guardrails } from '../../core/guardrails/schema.ts';
import { diff } from './diff.ts';
import { observe } from './observe.ts';
import {
  allowing,
  awsPolicy,
  callsOf,
  ctx,
  known,
  object,
  owned,
  profile,
  role,
  seen,
  tagsOfAnother,
} from './sample.test-data.ts';
import type { Seen, SeenRole } from './seen.ts';
import type { IAMRole } from './self.ts';
import { situation } from './situation.test-data.ts';
import { apply, readersOf, type World } from './world.test-data.ts';

const own = '111122223333';
const partner = '444455556666';
const stranger = '999900001111';
const under = (rules: object, more: Partial<Context> = {}): Context => ({
  ...ctx,
  guardrails: guardrails.parse(rules),
  ...more,
});
const forRoles = (iamRole: object): Context => under({ iamRole });
const none: Partial<Seen> = { role: undefined };
const withRole = (more: Partial<SeenRole>): Partial<Seen> => ({ role: role(more) });
const trusting = (Principal: unknown) => ({
  trust: undefined,
  trustPolicy: { Statement: { Effect: 'Allow', Principal, Action: 'sts:AssumeRole' } },
});
const open = { exclusive: false };

type Case = [name: string, spec: object, Partial<Seen>, Context, RegExp, status?: object];

describe('a role that would break a rule is Forbidden, by the rule’s name, and nothing is called', () => {
  it.each<Case>([
    [
      'it has no boundary',
      {},
      none,
      forRoles({ requiredPermissionsBoundary: awsPolicy('Bound') }),
      /^guardrails\.iamRole\.requiredPermissionsBoundary: spec\.permissionsBoundary: is not given; required: .*Bound$/,
    ],
    [
      'its boundary would be taken off',
      {},
      withRole({ permissionsBoundary: awsPolicy('Bound') }),
      forRoles({ requiredPermissionsBoundary: awsPolicy('Bound') }),
      /^guardrails\.iamRole\.requiredPermissionsBoundary/,
    ],
    [
      'its boundary is another',
      { permissionsBoundary: awsPolicy('Other') },
      none,
      forRoles({ requiredPermissionsBoundary: awsPolicy('Bound') }),
      /is arn:aws:iam::aws:policy\/Other; required: /,
    ],
    [
      'its path is none',
      {},
      none,
      forRoles({ pathPrefix: '/team-a/' }),
      /^guardrails\.iamRole\.pathPrefix: spec\.path: is \/; must begin with \/team-a\/$/,
    ],
    [
      'it is at another path than it says',
      { path: '/team-a/' },
      withRole({ path: '/other/' }),
      forRoles({ pathPrefix: '/team-a/' }),
      /spec\.path: is \/other\//,
    ],
    [
      'its name has not the prefix',
      {},
      none,
      forRoles({ roleNamePrefix: 'team-a-' }),
      /^guardrails\.iamRole\.roleNamePrefix: spec\.roleName: is web; must begin with team-a-$/,
    ],
    [
      'it names a managed policy by its name alone',
      { managedPolicies: ['AdministratorAccess'] },
      none,
      forRoles({ allowedManagedPolicies: [awsPolicy('*ReadOnly*')] }),
      /^guardrails\.iamRole\.allowedManagedPolicies: spec\.managedPolicies: .*AdministratorAccess may not be attached; allowed: /,
    ],
    [
      'it leaves a managed policy that somebody attached',
      open,
      withRole({ attached: [awsPolicy('AdministratorAccess')] }),
      forRoles({ allowedManagedPolicies: [] }),
      /AdministratorAccess, which exclusive: false leaves, may not be attached; allowed: none$/,
    ],
    [
      'an inline policy allows a denied action',
      { inlinePolicies: { s3: allowing('s3:*', 'iam:PassRole') } },
      none,
      forRoles({ deniedActions: ['iam:*'] }),
      /^guardrails\.iamRole\.deniedActions: spec\.inlinePolicies\.s3: Statement\[0\] allows iam:PassRole, .*may allow iam:\*$/,
    ],
    [
      'an inline policy in JSON text allows all but something',
      {
        inlinePolicies: {
          all: JSON.stringify({ Statement: { Effect: 'Allow', NotAction: 's3:*', Resource: '*' } }),
        },
      },
      none,
      forRoles({ deniedActions: ['iam:*'] }),
      /spec\.inlinePolicies\.all: Statement\[0\] allows all but its NotAction/,
    ],
    [
      'it leaves an inline policy that somebody wrote',
      open,
      withRole({ inline: { theirs: { document: allowing('*') } } }),
      forRoles({ deniedActions: ['iam:*'] }),
      /spec\.inlinePolicies\.theirs: Statement\[0\] allows \*.*, which exclusive: false leaves/,
    ],
    [
      'it leaves an inline policy that somebody wrote under a name that every object has',
      open,
      withRole({ inline: { constructor: { document: allowing('*') } } }),
      forRoles({ deniedActions: ['iam:*'] }),
      /spec\.inlinePolicies\.constructor: Statement\[0\] allows \*.*, which exclusive: false leaves/,
    ],
    [
      'it leaves an inline policy that nobody can read',
      open,
      withRole({ inline: { theirs: { unreadable: 'x' } } }),
      forRoles({ deniedActions: ['iam:*'] }),
      /spec\.inlinePolicies\.theirs: cannot be read/,
    ],
    [
      'it trusts another account',
      { trust: [{ aws: { accounts: [stranger] } }] },
      none,
      forRoles({ allowedTrustAccounts: [partner] }),
      new RegExp(
        `^guardrails\\.iamRole\\.allowedTrustAccounts: spec\\.trust: Statement\\[0\\] lets in arn:aws:iam::${stranger}:root; allowed beside the own account ${own}: ${partner}$`,
      ),
    ],
    [
      'its raw trust policy trusts another account',
      trusting({ AWS: stranger }),
      none,
      forRoles({ allowedTrustAccounts: [] }),
      /spec\.trustPolicy: .*999900001111; allowed beside the own account 111122223333: none$/,
    ],
    [
      'it trusts everybody of an organization',
      { trust: [{ aws: { principals: ['*'], organizationId: 'o-a1b2c3d4e5' } }] },
      none,
      forRoles({ allowedTrustAccounts: [] }),
      /lets in everybody/,
    ],
    [
      'it trusts another account’s identity provider',
      {
        trust: [
          {
            oidc: {
              providerArn: `arn:aws:iam::${stranger}:oidc-provider/t.example.com`,
              subjects: ['repo:a'],
            },
          },
        ],
      },
      none,
      forRoles({ allowedTrustAccounts: [] }),
      /lets in whoever .*oidc-provider\/t\.example\.com has signed in/,
    ],
    [
      'it trusts a service that acts for another account',
      { trust: [{ service: ['sns.amazonaws.com'], sourceAccount: stranger }] },
      none,
      forRoles({ allowedTrustAccounts: [] }),
      /sns\.amazonaws\.com on behalf of 999900001111/,
    ],
    [
      'it trusts another account, and the AWSAccount is not for all namespaces',
      trusting({ AWS: stranger }),
      none,
      { ...ctx, restricted: true },
      /^guardrails\.iamRole\.allowedTrustAccounts/,
    ],
    [
      'it adopts',
      { adopt: 'web' },
      withRole({ tags: {} }),
      under({}),
      /^guardrails\.allowAdopt: spec\.adopt: web: /,
    ],
    [
      'it observes somebody else’s',
      { adopt: 'web', managementPolicy: 'Observe' },
      withRole({ tags: tagsOfAnother }),
      { ...ctx, restricted: true },
      /^guardrails\.allowAdopt/,
    ],
    [
      'it says Delete',
      { deletionPolicy: 'Delete' },
      {},
      under({ deletionPolicy: 'Retain' }),
      /^guardrails\.deletionPolicy/,
    ],
    [
      'it lacks a tag',
      {},
      none,
      under({ requiredTags: ['cost'] }),
      /^guardrails\.requiredTags: spec\.tags: lacks cost/,
    ],
    [
      'it would lose a tag that it declared in other letters',
      {},
      withRole({ tags: { ...owned(), team: '1' } }),
      under({ requiredTags: ['team'] }),
      /^guardrails\.requiredTags: spec\.tags: lacks team/,
      { ...known, managedTags: ['Team'] },
    ],
    [
      'its instance profile would lack a tag',
      { instanceProfile: {} },
      { role: role({ tags: { ...owned(), cost: '1' } }), profiles: [profile()] },
      under({ requiredTags: ['cost'] }),
      /^guardrails\.requiredTags/,
    ],
  ])('%s', (_, spec, found, context, message, status = found === none ? {} : known) => {
    const plan = diff(object(spec, { status }), seen(found), context);
    expect(plan.steps).toEqual([]);
    expect(plan.blocked?.reason).toBe('Forbidden');
    expect(plan.blocked?.message).toMatch(message);
  });
});

describe('a role that keeps the rules is as if there were none', () => {
  it.each<[name: string, spec: object, Partial<Seen>, Context, string[]]>([
    [
      'the boundary is the required one',
      { permissionsBoundary: awsPolicy('Bound') },
      none,
      forRoles({ requiredPermissionsBoundary: awsPolicy('Bound') }),
      ['CreateRole'],
    ],
    [
      'path and name have their prefixes',
      { path: '/team-a/ci/', roleName: 'team-a-web' },
      none,
      forRoles({ pathPrefix: '/team-a/', roleNamePrefix: 'team-a-' }),
      ['CreateRole'],
    ],
    [
      'the tag it must have is spelt in other letters, which to IAM is the same key',
      { tags: { Team: '1' }, description: 'x' },
      withRole({ tags: { ...owned(), team: '1' } }),
      under({ requiredTags: ['Team'] }),
      ['UpdateRole'],
    ],
    [
      'the managed policy is allowed, and the other is taken off',
      { managedPolicies: ['AmazonS3ReadOnlyAccess'] },
      withRole({ attached: [awsPolicy('AdministratorAccess')] }),
      forRoles({ allowedManagedPolicies: [awsPolicy('*ReadOnly*')] }),
      ['AttachRolePolicy', 'DetachRolePolicy'],
    ],
    [
      'the inline policy that allows too much is taken off',
      {},
      withRole({ inline: { theirs: { document: allowing('*') } } }),
      forRoles({ deniedActions: ['iam:*'] }),
      ['DeleteRolePolicy'],
    ],
    [
      'the inline policy that was written for this object is taken off, though others would be left',
      open,
      withRole({ inline: { old: { document: allowing('*') } } }),
      forRoles({ deniedActions: ['iam:*'] }),
      ['DeleteRolePolicy'],
    ],
    [
      'the trust that let in another account is replaced',
      {},
      withRole({
        trust: { document: { Statement: { Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' } } },
      }),
      forRoles({ allowedTrustAccounts: [] }),
      ['UpdateAssumeRolePolicy'],
    ],
    [
      'the trusted account is allowed, although the AWSAccount is not for all namespaces',
      { trust: [{ aws: { accounts: [partner, own] } }] },
      none,
      under({ iamRole: { allowedTrustAccounts: [partner] } }, { restricted: true }),
      ['CreateRole'],
    ],
    [
      'a provider of the own account, and pods',
      {
        trust: [
          { irsa: { issuer: 'https://oidc.example.com/id/A', serviceAccount: 'web' } },
          { podIdentity: {} },
        ],
      },
      none,
      { ...ctx, restricted: true },
      ['CreateRole'],
    ],
    ['it has adopted, while it might', { adopt: 'web' }, {}, under({}), []],
  ])('%s', (_, spec, found, context, calls) => {
    const status = found === none ? {} : { ...known, managedInlinePolicies: ['old'] };
    const plan = diff(object(spec, { status }), seen(found), context);
    expect(callsOf(plan)).toEqual(calls);
    expect(plan.blocked).toBeUndefined();
  });
});

describe('deleting an object', () => {
  const gone = (spec: object) => object(spec, { deleting: true, status: known });

  it('that breaks a rule deletes its role', () => {
    expect(callsOf(diff(gone({}), seen(), forRoles({ pathPrefix: '/team-a/' })))).toEqual(['DeleteRole']);
  });

  it('retains where the account says so, whatever the manifest says', () => {
    const plan = diff(gone({ deletionPolicy: 'Delete' }), seen(), under({ deletionPolicy: 'Retain' }));
    expect(callsOf(plan)).toEqual(['TagRole']);
  });

  it('that was not allowed to adopt leaves alone what it names', () => {
    const self = object({ adopt: 'web', deletionPolicy: 'Delete' }, { deleting: true });
    expect(diff(self, seen(withRole({ tags: {} })), under({}))).toEqual({ steps: [] });
  });
});

const rules = fc.record(
  {
    requiredTags: fc.constantFrom(['team'], ['cost']),
    deletionPolicy: fc.constant('Retain'),
    allowAdopt: fc.boolean(),
    iamRole: fc.record(
      {
        requiredPermissionsBoundary: fc.constant(awsPolicy('Bound')),
        pathPrefix: fc.constant('/teams/'),
        roleNamePrefix: fc.constantFrom('w', 'x'),
        allowedManagedPolicies: fc.constantFrom([awsPolicy('A'), awsPolicy('B')], [awsPolicy('*')], []),
        deniedActions: fc.constantFrom(['s3:*'], ['s3:PutObject'], ['iam:*']),
        allowedTrustAccounts: fc.constantFrom([], [partner]),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const trusts = fc.constantFrom(
  { trust: [{ aws: { accounts: [partner] } }] },
  { trust: [{ aws: { accounts: [own, stranger] } }] },
  { trust: [{ service: ['ec2.amazonaws.com'] }] },
  trusting('*'),
);

interface Run {
  readonly self: IAMRole;
  readonly aws: World;
  readonly context: Context;
  readonly calls: readonly string[];
  readonly forbidden: boolean;
}

/** The controller's loop, on the model. */
async function run(self: IAMRole, aws: World, context: Context): Promise<Run> {
  let now = await observe(self, readersOf(aws), context);
  const calls: string[] = [];
  for (let round = 0; round < 12; round++) {
    const plan = diff(self, now, context);
    const forbidden = plan.blocked?.reason === 'Forbidden';
    if (forbidden) expect(plan.steps).toEqual([]);
    if (plan.steps.length === 0) return { self, aws, context, calls, forbidden };
    for (const step of plan.steps) {
      calls.push(step.call);
      try {
        now = step.fold(now, apply(aws, step));
      } catch (error) {
        const learned = error instanceof AwsError ? step.refused?.(now, error) : undefined;
        if (learned === undefined) return { self, aws, context, calls, forbidden: false };
        now = learned;
        break;
      }
    }
  }
  throw new Error('the plan never empties');
}

describe('from any state of AWS, under any rules', () => {
  const check = (predicate: (it: Run) => void) =>
    fc.assert(
      fc.asyncProperty(
        fc.record({ situation, rules, trusts, restricted: fc.boolean() }),
        async ({ situation: { self, world }, rules: drawn, trusts: trust, restricted }) => {
          const spec = object({ ...self.spec, ...trust }).spec;
          const context = under(drawn, restricted ? { restricted } : {});
          predicate(await run({ ...self, spec }, { ...world }, context));
        },
      ),
      { numRuns: 500 },
    );

  it('a role that was written to keeps them all, and one that is forbidden was not written to', () =>
    check(({ self, aws, context, calls, forbidden }) => {
      if (forbidden) expect(calls).toEqual([]);
      const finished = calls.length > 0 && !forbidden && !self.deleting;
      const left = aws.roles.find(({ role: one }) => one.tags['mooring.dev/uid'] === self.uid);
      if (!finished || !left) return;
      const { iamRole = {}, requiredTags = [] } = context.guardrails ?? {};
      if (iamRole.requiredPermissionsBoundary !== undefined)
        expect(left.role.permissionsBoundary).toBe(iamRole.requiredPermissionsBoundary);
      expect(left.role.path).toMatch(new RegExp(`^${iamRole.pathPrefix ?? ''}`));
      expect(left.role.name).toMatch(new RegExp(`^${iamRole.roleNamePrefix ?? ''}`, 'i'));
      const keys = Object.keys(left.role.tags).map((key) => key.toLowerCase());
      for (const key of requiredTags) expect(keys).toContain(key);
    }));

  it('nothing is attached, written or trusted that they do not allow', () =>
    check(({ self, aws, context, calls }) => {
      const { iamRole = {} } = context.guardrails ?? {};
      const [left] = aws.roles;
      if (!left || calls.length === 0 || self.deleting) return;
      const attached = JSON.stringify(left.attachedPolicies);
      const added = calls.includes('iam:AttachRolePolicy');
      if (added && iamRole.allowedManagedPolicies?.length === 0) expect.fail(`attached ${attached}`);
      const written = calls.includes('iam:PutRolePolicy') ? JSON.stringify(left.inlinePolicies) : '';
      if (iamRole.deniedActions?.includes('s3:*')) expect(written).not.toMatch(/s3:(\*|GetObject)/i);
      const trusted = calls.some((call) => ['iam:CreateRole', 'iam:UpdateAssumeRolePolicy'].includes(call));
      if (!trusted || !(iamRole.allowedTrustAccounts ?? context.restricted)) return;
      expect(decodeURIComponent(left.role.trustPolicy)).not.toMatch(/999900001111|"\*"/);
      if (!iamRole.allowedTrustAccounts?.includes(partner))
        expect(left.role.trustPolicy).not.toContain(partner);
    }));

  it('nothing is deleted where nothing may be', () =>
    check(({ context, calls }) => {
      if (context.guardrails?.deletionPolicy) expect(calls).not.toContain('iam:DeleteRole');
    }));
});
