import { eventually, expectEqual, Mismatch } from '../check.ts';
import { expectReady, type Scene } from '../expect-ready.ts';
import type { Operator } from '../operator.ts';
import { calls, callsHeading, checked, command, gap, heading, output, tell } from '../screen.ts';
import type { Stage } from '../stage.ts';
import { aligned } from '../table.ts';

const administrator = 'arn:aws:iam::aws:policy/AdministratorAccess';
const anybody = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
});

/** Drift: what somebody changes in AWS by hand is found by the next sweep and set right. */
export async function repairDrift(stage: Stage, operator: Operator): Promise<void> {
  await heading('3. Somebody changes AWS by hand');
  const before = await expectReady(stage);
  const { keyId } = before.key('invoices').real;
  await drift(stage, before);
  gap();
  tell(
    'The next sweep finds it: every 10 s here, every 10 min by default. One DescribeAddresses answers for all ' +
      'addresses, and no role is asked for by itself unless it differs.',
  );
  await eventually(20, async () => expectSame(before, await expectReady(stage)));
  callsHeading('What Mooring did:');
  const repairs = await stage.ledger.page(operator);
  calls(repairs);
  expectEqual('the repairs', repairs.map(({ call, object }) => `${call} ${object}`).sort(), [
    'ec2:AssociateAddress default/bastion',
    'ec2:CreateTags default/partner',
    'iam:DetachRolePolicy default/web-server',
    'iam:UpdateAssumeRolePolicy default/invoices',
    'kms:CancelKeyDeletion default/invoices',
    'kms:EnableKey default/invoices',
  ]);
  await command('kubectl events --for kmskey/invoices --types Warning');
  output(await warningOf(stage, keyId));
  await checked(
    'AWS is as declared again, with the same public IPs and the same key; nothing else was touched.',
  );
}

/** Everything at once, as `before` names it. */
async function drift({ account, roles, keys }: Stage, before: Scene): Promise<void> {
  const { allocationId } = before.address('partner').real;
  const { associationId = '' } = before.address('bastion').real;
  const { keyId } = before.key('invoices').real;
  await command(`aws ec2 create-tags --resources ${allocationId} --tags Key=team,Value=nobody`);
  await account.tag(allocationId, 'team', 'nobody');
  await command(`aws ec2 disassociate-address --association-id ${associationId}`);
  await account.disassociate(associationId);
  await command(`aws iam attach-role-policy --role-name web-server --policy-arn ${administrator}`);
  await roles.attach('web-server', administrator);
  await command('aws iam update-assume-role-policy --role-name invoices …', 'anybody may assume it');
  await roles.trust('invoices', anybody);
  await command(`aws kms schedule-key-deletion --key-id ${keyId} --pending-window-in-days 7`);
  await keys.scheduleDeletion(keyId, 7);
}

/** All that was drifted, as it was. The association is a new one, and what it associates is not. */
function expectSame(before: Scene, after: Scene): void {
  const was = before.address('bastion').real;
  const is = after.address('bastion').real;
  expectEqual('the instance of "bastion"', is.instanceId, was.instanceId);
  expectEqual('the public IP of "bastion"', is.publicIp, was.publicIp);
  expectEqual('"partner" in AWS', after.address('partner').real, before.address('partner').real);
  for (const name of ['web-server', 'invoices']) {
    expectEqual(`the role "${name}" in AWS`, parsed(after.role(name).real), parsed(before.role(name).real));
  }
  expectEqual('the key "invoices" in AWS', after.key('invoices').real, before.key('invoices').real);
}

const parsed = <Role extends { readonly trust: string }>(role: Role) => ({
  ...role,
  trust: JSON.parse(role.trust),
});

/** Throws Mismatch unless the operator has warned that a key in use was to be deleted. */
async function warningOf({ cluster }: Stage, keyId: string): Promise<string> {
  const warnings = (await cluster.notices()).filter(
    ({ type, regarding }) => type === 'Warning' && regarding.kind === 'KMSKey',
  );
  const [warning, ...more] = warnings;
  if (!warning || more.length > 0 || warning.reason !== 'DeletionCanceled') {
    throw new Mismatch(`there should be one Warning of a key, DeletionCanceled: ${JSON.stringify(warnings)}`);
  }
  if (!warning.note?.startsWith(keyId)) throw new Mismatch(`the Warning names another key: ${warning.note}`);
  const seconds = Math.round((Date.now() - Date.parse(warning.eventTime ?? '')) / 1_000);
  return aligned([
    ['LAST SEEN', 'TYPE', 'REASON', 'OBJECT', 'MESSAGE'],
    [`${seconds}s`, warning.type, warning.reason, 'KMSKey/invoices', warning.note],
  ]);
}
