import { eventually, expectEqual } from '../check.ts';
import { expectReady, pairNamed } from '../expect-ready.ts';
import type { Operator } from '../operator.ts';
import { calls, callsHeading, checked, command, gap, heading, tell } from '../screen.ts';
import type { Stage } from '../stage.ts';

/** Drift: what somebody changes in AWS by hand is found by the next sweep and set right. */
export async function repairDrift(stage: Stage, operator: Operator): Promise<void> {
  await heading('3. Somebody changes AWS by hand');
  const before = await expectReady(stage);
  const partner = pairNamed(before, 'partner').address;
  const bastion = pairNamed(before, 'bastion').address;

  await command(`aws ec2 create-tags --resources ${partner.allocationId} --tags Key=team,Value=nobody`);
  await stage.account.tag(partner.allocationId, 'team', 'nobody');
  await command(`aws ec2 disassociate-address --association-id ${bastion.associationId}`);
  await stage.account.disassociate(bastion.associationId ?? '');
  gap();
  tell(
    'The next sweep finds it: every 10 s here, every 10 min by default, and one DescribeAddresses answers for ' +
      'all addresses.',
  );

  const after = await eventually(20, async () => {
    const pairs = await expectReady(stage);
    expectEqual('the tag "team" in AWS', pairNamed(pairs, 'partner').address.tags.team, 'payments');
    expectEqual(
      'the instance of "bastion"',
      pairNamed(pairs, 'bastion').address.instanceId,
      bastion.instanceId,
    );
    return pairs;
  });
  expectEqual('the public IP of "bastion"', pairNamed(after, 'bastion').address.publicIp, bastion.publicIp);
  callsHeading('What Mooring did:');
  const repairs = await stage.ledger.page(operator);
  calls(repairs);
  expectEqual('the repairs', repairs.map(({ call, object }) => `${call} ${object}`).sort(), [
    'ec2:AssociateAddress default/bastion',
    'ec2:CreateTags default/partner',
  ]);
  await checked(
    'AWS is as declared again: the tag, the association, the same public IPs; nothing else was touched.',
  );
}
