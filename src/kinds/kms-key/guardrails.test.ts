import { describe, expect, it } from 'vitest';
import type { Context } from '../../core/context.ts';
import { guardrails } from '../../core/guardrails/schema.ts';
import { diff as plan } from './diff.ts';
import {
  abroad,
  callsOf,
  ctx,
  defaultPolicy,
  home,
  key,
  keyId,
  object,
  owned,
  seen,
  visibleAfter,
} from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { KMSKey } from './self.ts';

const partner = '444455556666';
const stranger = '999900001111';
const under = (rules: object, more: Partial<Context> = {}): Context => ({
  ...ctx,
  guardrails: guardrails.parse(rules),
  ...more,
});
const forKeys = (kmsKey: object): Context => under({ kmsKey });
const diff = (self: KMSKey, found: Seen, context: Context) => plan(self, found, context, visibleAfter);
const none: Partial<Seen> = { key: undefined };
const policyFor = (Principal: unknown, more: object = {}) => ({
  ...defaultPolicy,
  Statement: [
    ...defaultPolicy.Statement,
    { Effect: 'Allow', Principal, Action: 'kms:Decrypt', Resource: '*', ...more },
  ],
});
const opened = JSON.stringify(policyFor({ AWS: stranger }));
const multi = { multiRegion: true, primaryRegion: home, replicaRegions: [abroad] };
const replica = (more: object = {}) => key({ ...multi, tags: owned('u-1', 'replica'), ...more });
const replicated = (more: object = {}): Partial<Seen> => ({
  key: key(multi),
  replicas: { [abroad]: replica(more) },
});
const withReplica = (more: object = {}) => ({ multiRegion: true, replicas: [{ region: abroad, ...more }] });
const external = /^guardrails\.kmsKey\.allowedExternalAccounts: /;

describe('a key that would break a rule is Forbidden, by the rule’s name, and nothing is called', () => {
  it.each<[string, object, Partial<Seen>, Context, RegExp]>([
    [
      'an external account',
      { access: { externalAccounts: [partner, stranger] } },
      none,
      forKeys({ allowedExternalAccounts: [partner] }),
      /^guardrails\.kmsKey\.allowedExternalAccounts: spec\.access: Statement\[1\] lets in arn:aws:iam::999900001111:root; .*: 444455556666/,
    ],
    [
      'a user of another account',
      { access: { users: [{ arn: `arn:aws:iam::${stranger}:role/x` }] } },
      none,
      forKeys({ allowedExternalAccounts: [] }),
      external,
    ],
    [
      'a grantee of another account',
      { access: { grantees: [{ arn: `arn:aws:iam::${stranger}:root` }] } },
      none,
      forKeys({ allowedExternalAccounts: [] }),
      external,
    ],
    [
      'an extra statement for everybody',
      {
        access: {
          extraStatements: [{ Effect: 'Allow', Principal: '*', Action: 'kms:Decrypt', Resource: '*' }],
        },
      },
      none,
      forKeys({ allowedExternalAccounts: [] }),
      /lets in everybody \(\*\)/,
    ],
    [
      'a service that acts for another account',
      { access: { services: [{ name: 'sns.amazonaws.com', sourceAccount: stranger }] } },
      none,
      forKeys({ allowedExternalAccounts: [] }),
      /sns\.amazonaws\.com on behalf of 999900001111/,
    ],
    [
      'a raw policy',
      { policy: policyFor({ AWS: stranger }) },
      none,
      forKeys({ allowedExternalAccounts: [] }),
      /spec\.policy: Statement\[1\] lets in 999900001111/,
    ],
    [
      'a raw policy for everybody but some',
      { policy: policyFor(undefined, { NotPrincipal: { AWS: partner } }) },
      none,
      forKeys({ allowedExternalAccounts: [partner] }),
      /lets in everybody but its NotPrincipal/,
    ],
    [
      'the policy that the key has, where the manifest does not speak of it',
      {},
      { key: key({ policy: opened }) },
      forKeys({ allowedExternalAccounts: [] }),
      /spec\.policy \(as it is in AWS\): Statement\[1\] lets in 999900001111/,
    ],
    [
      'the policy that the key has, and nobody can read',
      {},
      { key: key({ policy: '{"Statement":"x"}' }) },
      forKeys({ allowedExternalAccounts: [] }),
      /cannot be read/,
    ],
    [
      'the policy that the key keeps while a role is waited for',
      { access: { users: [{ roleRef: { name: 'app' } }] } },
      { key: key({ policy: opened }) },
      forKeys({ allowedExternalAccounts: [] }),
      external,
    ],
    [
      'a replica’s access',
      withReplica({ access: { externalAccounts: [stranger] } }),
      { key: key(multi) },
      forKeys({ allowedExternalAccounts: [] }),
      /spec\.replicas\[eu-west-1\]\.access: Statement\[1\]/,
    ],
    [
      'the policy that a replica has',
      withReplica(),
      replicated({ policy: opened }),
      forKeys({ allowedExternalAccounts: [] }),
      /spec\.replicas\[eu-west-1\]\.policy \(as it is in AWS\)/,
    ],
    [
      'another account, where the AWSAccount is not for all namespaces',
      { access: { externalAccounts: [partner] } },
      none,
      { ...ctx, restricted: true },
      /^guardrails\.kmsKey\.allowedExternalAccounts: .*: none/,
    ],
    [
      'a short window',
      { deletionWindowDays: 7 },
      none,
      forKeys({ minDeletionWindowDays: 14 }),
      /^guardrails\.kmsKey\.minDeletionWindowDays: spec\.deletionWindowDays: is 7; allowed: 14 to 30$/,
    ],
    [
      'a replica’s short window',
      withReplica({ deletionWindowDays: 7 }),
      replicated(),
      forKeys({ minDeletionWindowDays: 14 }),
      /spec\.replicas\[eu-west-1\]\.deletionWindowDays: is 7/,
    ],
    [
      'a replica in another Region',
      withReplica(),
      { key: key(multi) },
      under({ allowedRegions: [home] }),
      /^guardrails\.allowedRegions: spec\.replicas\[eu-west-1\]\.region: eu-west-1/,
    ],
    [
      'a replica that would be deleted by taking it out',
      { multiRegion: true },
      replicated(),
      under({ deletionPolicy: 'Retain' }),
      /^guardrails\.deletionPolicy: spec\.replicas: eu-west-1/,
    ],
    [
      'a tag is missing',
      {},
      none,
      under({ requiredTags: ['cost'] }),
      /^guardrails\.requiredTags: spec\.tags/,
    ],
    [
      'a replica’s tag is missing',
      withReplica(),
      { ...replicated(), key: key({ ...multi, tags: { ...owned(), cost: '1' } }) },
      under({ requiredTags: ['cost'] }),
      /^guardrails\.requiredTags: spec\.replicas\[eu-west-1\]\.tags/,
    ],
    [
      'it adopts',
      { adopt: 'alias/app' },
      { key: key({ tags: {} }), cameBy: 'adopt' },
      under({}),
      /^guardrails\.allowAdopt: spec\.adopt: alias\/app/,
    ],
    [
      'it takes an alias over',
      { aliases: ['alias/app'], takeOver: true },
      none,
      { ...ctx, restricted: true },
      /^guardrails\.allowAdopt: spec\.takeOver/,
    ],
    [
      'it says Delete',
      { deletionPolicy: 'Delete' },
      {},
      under({ deletionPolicy: 'Retain' }),
      /^guardrails\.deletionPolicy/,
    ],
  ])('%s', (_, spec, found, context, message) => {
    const { steps, blocked } = diff(
      object(spec, { status: found === none ? {} : { keyId } }),
      seen(found),
      context,
    );
    expect(steps).toEqual([]);
    expect(blocked?.reason).toBe('Forbidden');
    expect(blocked?.message).toMatch(message);
  });
});

describe('a key that keeps the rules is as if there were none', () => {
  it.each<[string, object, Partial<Seen>, Context, string[]]>([
    [
      'the external account is allowed',
      { access: { externalAccounts: [partner] } },
      none,
      forKeys({ allowedExternalAccounts: [partner] }),
      ['kms:CreateKey'],
    ],
    [
      'the external account is allowed, although the AWSAccount is not for all namespaces',
      { access: { externalAccounts: [partner] } },
      none,
      under({ kmsKey: { allowedExternalAccounts: [partner] } }, { restricted: true }),
      ['kms:CreateKey'],
    ],
    [
      'everybody whom a service calls KMS for, of the own account',
      {
        policy: policyFor(
          { AWS: '*' },
          { Condition: { StringEquals: { 'kms:CallerAccount': ctx.scope.account } } },
        ),
      },
      none,
      forKeys({ allowedExternalAccounts: [] }),
      ['kms:CreateKey'],
    ],
    [
      'the policy that lets in another account is replaced',
      { access: {} },
      { key: key({ policy: opened }) },
      forKeys({ allowedExternalAccounts: [] }),
      ['kms:PutKeyPolicy'],
    ],
    ['AWS’s default policy', {}, none, { ...ctx, restricted: true }, ['kms:CreateKey']],
    ['the window is long enough', { deletionWindowDays: 14 }, {}, forKeys({ minDeletionWindowDays: 14 }), []],
    [
      'the replica is in an allowed Region',
      withReplica(),
      replicated(),
      under({ allowedRegions: [home, abroad] }),
      [],
    ],
    [
      'the replica is going already',
      { multiRegion: true },
      replicated({ state: 'PendingDeletion' }),
      under({ deletionPolicy: 'Retain' }),
      [],
    ],
  ])('%s', (_, spec, found, context, calls) => {
    const made = diff(object(spec, { status: found === none ? {} : { keyId } }), seen(found), context);
    expect(callsOf(made)).toEqual(calls);
    expect(made.blocked).toBeUndefined();
  });
});

describe('deleting an object', () => {
  const gone = (spec: object) => object(spec, { deleting: true });
  const days = (self: KMSKey, found: Seen, context: Context) =>
    diff(self, found, context)
      .steps.filter(({ call }) => call === 'kms:ScheduleKeyDeletion')
      .map(({ input }) => Reflect.get(input, 'PendingWindowInDays'));

  it('that breaks a rule schedules its key’s deletion, and not sooner than the account allows', () => {
    const self = gone({ ...withReplica({ deletionWindowDays: 7 }), deletionWindowDays: 7 });
    const found = seen(replicated());
    expect(days(self, found, ctx)).toEqual([7, 7]);
    expect(days(self, found, forKeys({ minDeletionWindowDays: 21 }))).toEqual([21, 21]);
  });

  it('retains where the account says so, whatever the manifest says', () => {
    const made = diff(gone({ deletionPolicy: 'Delete' }), seen(), under({ deletionPolicy: 'Retain' }));
    expect(callsOf(made)).toEqual(['kms:TagResource']);
  });

  it('that was not allowed to adopt leaves alone what it names', () => {
    const self = gone({ adopt: 'alias/app', deletionPolicy: 'Delete' });
    expect(diff(self, seen({ key: key({ tags: {} }), cameBy: 'adopt' }), under({}))).toEqual({ steps: [] });
  });
});
