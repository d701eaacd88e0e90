import { describe, expect } from 'vitest';
import { confine, guard, onOwnControlPlane } from '../support/guardrails.ts';
import { onRoleBed } from '../support/iam-role.ts';
import { iamRegion } from '../support/iam-user.ts';
import type { TestBed } from '../support/test-bed.ts';

const it = onRoleBed(onOwnControlPlane(iamRegion));

const managing = ['--kinds', 'IAMRole'];
const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess';
const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const partner = '444455556666';
const stranger = '999900001111';
const service = [{ service: ['ec2.amazonaws.com'] }];
const allowing = (Action: string | string[]) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action, Resource: '*' }],
});
const trusting = (Principal: unknown, more: object = {}) => ({
  trust: undefined,
  trustPolicy: { Statement: [{ Effect: 'Allow', Principal, Action: 'sts:AssumeRole', ...more }] },
});

const rules = ({ namespace }: TestBed) => ({
  requiredTags: ['cost-center'],
  iamRole: {
    requiredPermissionsBoundary: boundary,
    pathPrefix: '/team-a/',
    roleNamePrefix: `${namespace}-`,
    allowedManagedPolicies: ['arn:aws:iam::aws:policy/*ReadOnly*'],
    deniedActions: ['iam:*', 'sts:AssumeRole'],
    allowedTrustAccounts: [partner],
  },
});
/** What keeps them all. */
const kept = {
  path: '/team-a/ci/',
  permissionsBoundary: boundary,
  trust: service,
  managedPolicies: ['ReadOnlyAccess'],
  inlinePolicies: { s3: allowing('s3:*') },
  tags: { 'cost-center': '42' },
};

const refused: [name: string, rule: string, spec: object, words: string][] = [
  ['no-tag', 'requiredTags', { tags: { team: 'a' } }, 'lacks cost-center'],
  ['no-boundary', 'iamRole.requiredPermissionsBoundary', { permissionsBoundary: undefined }, 'not given'],
  ['no-path', 'iamRole.pathPrefix', { path: '/' }, 'must begin with /team-a/'],
  ['no-prefix', 'iamRole.roleNamePrefix', { roleName: 'admin' }, 'is admin'],
  [
    'admin',
    'iamRole.allowedManagedPolicies',
    { managedPolicies: ['AdministratorAccess'] },
    'AdministratorAccess',
  ],
  [
    'passes',
    'iamRole.deniedActions',
    { inlinePolicies: { x: allowing(['s3:*', 'IAM:Pass*']) } },
    'IAM:Pass*',
  ],
  [
    'all-but',
    'iamRole.deniedActions',
    { inlinePolicies: { x: '{"Statement":{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}}' } },
    'all but its NotAction',
  ],
  [
    'account',
    'iamRole.allowedTrustAccounts',
    { trust: [{ aws: { accounts: [partner, stranger] } }] },
    stranger,
  ],
  ['raw', 'iamRole.allowedTrustAccounts', trusting({ AWS: `arn:aws:iam::${stranger}:role/x` }), stranger],
  [
    'everybody',
    'iamRole.allowedTrustAccounts',
    trusting('*', { Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } }),
    'everybody (*)',
  ],
  [
    'federated',
    'iamRole.allowedTrustAccounts',
    trusting({ Federated: `arn:aws:iam::${stranger}:saml-provider/Okta` }),
    'saml-provider/Okta',
  ],
];

describe('a role that breaks a rule', () => {
  it('is Forbidden by the rule’s name, each and every one, and AWS is not written to', async ({
    bed,
    roles,
  }) => {
    await guard(bed, rules(bed));
    await bed.start(managing);
    for (const [name, , spec] of refused) await roles.apply(roles.name(name), { ...kept, ...spec });
    for (const [name, rule, , words] of refused) {
      const { message, status } = await roles.waitBlocked(roles.name(name), 'Forbidden');
      expect(status).toBe('False');
      expect(message).toMatch(new RegExp(`^guardrails\\.${rule.replace('.', '\\.')}: spec\\.`));
      expect(message).toContain(words);
    }
    expect((await roles.waitEvent(roles.name('admin'), 'Forbidden')).type).toBe('Warning');
    expect(await roles.writes()).toEqual([]);
  });

  it('is made once it keeps them', async ({ bed, roles, iam }) => {
    await guard(bed, rules(bed));
    await bed.start(managing);
    const name = roles.name('ci');
    await roles.apply(name, { ...kept, trust: [{ aws: { accounts: [stranger] } }] });
    await roles.waitBlocked(name, 'Forbidden');
    await roles.apply(name, { ...kept, trust: [{ aws: { accounts: [partner] } }, ...service] });
    await roles.waitReady(name);
    expect(await iam.role(name)).toMatchObject({ boundary });
    expect(await roles.writes()).toEqual(['CreateRole', 'AttachRolePolicy', 'PutRolePolicy']);
  });

  it('is Forbidden for what somebody else gave it and the manifest leaves, and heals by exclusive', async ({
    bed,
    roles,
    iam,
  }) => {
    const name = roles.name('open');
    await bed.start(managing);
    await roles.apply(name, { trust: service, exclusive: false });
    await roles.waitReady(name);
    await iam.attach(name, 'arn:aws:iam::aws:policy/AdministratorAccess');
    await iam.put(name, 'theirs', allowing('*'));
    const from = await roles.mark();
    const { allowedManagedPolicies, deniedActions } = rules(bed).iamRole;
    await guard(bed, { iamRole: { allowedManagedPolicies, deniedActions } });
    const { message } = await roles.waitBlocked(name, 'Forbidden');
    expect(message).toContain('AdministratorAccess, which exclusive: false leaves');
    expect(message).toContain('spec.inlinePolicies.theirs: Statement[0] allows *');
    expect(await roles.writes(from)).toEqual([]);
    await roles.apply(name, { trust: service, exclusive: true });
    await roles.waitReady(name);
    expect((await roles.writes(from)).toSorted()).toEqual(['DeleteRolePolicy', 'DetachRolePolicy']);
  });

  it('can be deleted, with its role', async ({ bed, roles, iam }) => {
    const name = roles.name('old');
    await bed.start(managing);
    await roles.apply(name, { trust: service, managedPolicies: [readOnly] });
    await roles.waitReady(name);
    await guard(bed, { iamRole: { pathPrefix: '/team-a/' } });
    await roles.waitBlocked(name, 'Forbidden');
    await roles.deleteAndWait(name);
    expect(await iam.role(name)).toBeUndefined();
  });
});

describe('where the account is not for all namespaces, and no guardrail says otherwise', () => {
  it('no other account is trusted, and nothing is adopted or observed', async ({ bed, roles, iam }) => {
    const theirs = roles.name('theirs');
    await iam.create(theirs);
    await confine(bed);
    await bed.start(managing);
    await roles.apply(roles.name('out'), { trust: [{ aws: { accounts: [stranger] } }] });
    await roles.apply(theirs, { trust: service, adopt: theirs, deletionPolicy: 'Delete' });
    await roles.apply(roles.name('look'), { trust: service, adopt: theirs, managementPolicy: 'Observe' });
    const { message } = await roles.waitBlocked(roles.name('out'), 'Forbidden');
    expect(message).toMatch(/^guardrails\.iamRole\.allowedTrustAccounts: .*: none$/);
    for (const name of [theirs, roles.name('look')]) {
      expect((await roles.waitBlocked(name, 'Forbidden')).message).toMatch(
        /^guardrails\.allowAdopt: spec\.adopt/,
      );
      expect((await roles.get(name)).status).not.toHaveProperty('arn');
      await roles.deleteAndWait(name);
    }
    expect(await roles.writes()).toEqual([]);
    expect(await iam.role(theirs)).toBeDefined();
    await iam.delete(theirs);
    await roles.apply(roles.name('in'), { trust: service });
    await roles.waitReady(roles.name('in'));
  });
});
