import { expect } from 'vitest';
import { confine, guard, onOwnControlPlane } from '../support/guardrails.ts';
import { managing, onKeyBed } from '../support/kms-key.ts';

const region = 'cn-north-1';
const it = onKeyBed(region, onOwnControlPlane(region));

const partner = '444455556666';
const stranger = '999900001111';
const statement = (Principal: unknown) => ({
  Effect: 'Allow',
  Principal,
  Action: 'kms:Decrypt',
  Resource: '*',
});

it('each rule is refused by its name, and AWS is not written to', async ({ bed, keys }) => {
  const rules = {
    requiredTags: ['cost-center'],
    kmsKey: { allowedExternalAccounts: [partner], minDeletionWindowDays: 14 },
  };
  await guard(bed, rules);
  await bed.start(managing);
  const tags = { 'cost-center': '42' };
  const refused: [name: string, spec: object, message: RegExp][] = [
    ['no-tag', { deletionWindowDays: 14 }, /^guardrails\.requiredTags: spec\.tags: lacks cost-center/],
    [
      'window',
      { tags, deletionWindowDays: 13 },
      /^guardrails\.kmsKey\.minDeletionWindowDays: spec\.deletionWindowDays: is 13; allowed: 14 to 30$/,
    ],
    [
      'account',
      { tags, access: { externalAccounts: [partner, stranger] } },
      /^guardrails\.kmsKey\.allowedExternalAccounts: spec\.access: .*999900001111:root; .*: 444455556666$/,
    ],
    [
      'grantee',
      { tags, access: { grantees: [{ arn: `arn:aws-cn:iam::${stranger}:role/x` }] } },
      /^guardrails\.kmsKey\.allowedExternalAccounts: spec\.access: .*:role\/x/,
    ],
    [
      'extra',
      { tags, access: { extraStatements: [statement('*')] } },
      /^guardrails\.kmsKey\.allowedExternalAccounts: spec\.access: .*everybody/,
    ],
    [
      'raw',
      { tags, policy: { Version: '2012-10-17', Statement: [statement({ AWS: stranger })] } },
      /^guardrails\.kmsKey\.allowedExternalAccounts: spec\.policy: Statement\[0\] lets in 999900001111/,
    ],
    [
      'replica',
      { tags, multiRegion: true, replicas: [{ region: 'cn-northwest-1', deletionWindowDays: 7 }] },
      /^guardrails\.kmsKey\.minDeletionWindowDays: spec\.replicas\[cn-northwest-1\]\.deletionWindowDays: is 7/,
    ],
  ];
  for (const [name, spec] of refused) await keys.apply(name, spec);
  for (const [name, , message] of refused) {
    expect((await keys.waitBlocked(name, 'Forbidden')).message).toMatch(message);
  }
  expect((await bed.kube.waitEvent('raw', 'Forbidden')).type).toBe('Warning');
  expect(await bed.writes()).toEqual([]);

  await keys.apply('good', { tags, deletionWindowDays: 14, access: { externalAccounts: [partner] } });
  await keys.waitReady('good');
  expect(await bed.writes()).toContain('CreateKey');
});

it('a policy that somebody else opened is told, and replaced once the manifest says which', async ({
  bed,
  keys,
  kms,
}) => {
  await bed.start(managing);
  await keys.apply('app');
  const { status } = await keys.waitReady('app');
  const keyId = status?.keyId ?? '';
  const own = await kms.policy(keyId);
  await kms.putPolicy(keyId, {
    ...own,
    Statement: [...[own.Statement].flat(), statement({ AWS: stranger })],
  });
  const mark = await bed.mark();
  await confine(bed);
  await bed.start(managing);
  const { message } = await keys.waitBlocked('app', 'Forbidden');
  expect(message).toMatch(/^guardrails\.kmsKey\.allowedExternalAccounts: spec\.policy \(as it is in AWS\): /);
  expect(await bed.writes(mark)).toEqual([]);
  await keys.apply('app', { access: {} });
  await keys.waitReady('app');
  expect(JSON.stringify(await kms.policy(keyId))).not.toContain(stranger);
});

it('deleting waits as long as the account asks for, though the manifest was refused', async ({
  bed,
  keys,
  kms,
}) => {
  await bed.start(managing);
  await keys.apply('app', { deletionWindowDays: 7 });
  const { status } = await keys.waitReady('app');
  await guard(bed, { kmsKey: { minDeletionWindowDays: 21 } });
  await keys.waitBlocked('app', 'Forbidden');
  await keys.deleteAndWait('app');
  const [scheduled] = await bed.calls('ScheduleKeyDeletion');
  expect(scheduled?.input).toMatchObject({ PendingWindowInDays: 21 });
  expect(await kms.describe(status?.keyId ?? '')).toMatchObject({ KeyState: 'PendingDeletion' });
});

it('where the account is not for all namespaces no key is adopted, nor told of, nor deleted', async ({
  bed,
  keys,
  kms,
}) => {
  const theirs = await kms.create();
  await confine(bed);
  await bed.start(managing);
  await keys.apply('taken', { adopt: theirs, deletionPolicy: 'Delete' });
  expect((await keys.waitBlocked('taken', 'Forbidden')).message).toMatch(
    /^guardrails\.allowAdopt: spec\.adopt/,
  );
  expect((await keys.get('taken')).status).not.toHaveProperty('keyId');
  await keys.deleteAndWait('taken');
  expect(await bed.writes()).toEqual([]);
  expect(await kms.describe(theirs)).toMatchObject({ KeyState: 'Enabled' });
});
