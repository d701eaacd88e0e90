import { eventually, expectEqual, Mismatch } from '../check.ts';
import { expectReady, type Scene } from '../expect-ready.ts';
import { type Operator, operatorCommand } from '../operator.ts';
import { calls, callsHeading, checked, command, heading, output, type ToldCall, tell } from '../screen.ts';
import type { Stage } from '../stage.ts';

/** From nothing to all objects Ready, and every call on the way. */
export async function startMooring(stage: Stage): Promise<Operator> {
  await heading('2. Start Mooring');
  await command(operatorCommand);
  const began = performance.now();
  const operator = await stage.startOperator();
  const scene = await eventually(20, () => expectReady(stage));
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  tell(`All objects are Ready ${seconds} s after the process was started.`);
  await command('kubectl get mooring -A');
  output(await stage.cluster.tables());
  callsHeading('What Mooring did in AWS, for which object, and why (kubectl get events tells the same):');
  const made = await stage.ledger.page(operator);
  calls(made);
  expectCalls(made);
  expectEqual('the instance profiles in AWS', await stage.roles.instanceProfiles(), {
    'web-server': ['web-server'],
  });
  expectUser(scene);
  await checked(
    'AWS has exactly these addresses, roles and key; the key waited for its role, and its policy names the role; ' +
      'no call is left out.',
  );
  return operator;
}

/** Throws Mismatch unless a role and a key take the calls they need, and the key those after its role. */
function expectCalls(made: readonly ToldCall[]): void {
  const callsFor = (name: string) => made.filter(({ object }) => object === name).map(({ call }) => call);
  expectEqual('the calls for the role "web-server"', callsFor('default/web-server'), [
    'iam:CreateRole',
    'iam:AttachRolePolicy',
    'iam:PutRolePolicy',
    'iam:CreateInstanceProfile',
    'iam:AddRoleToInstanceProfile',
  ]);
  expectEqual('the calls for the role and the key "invoices"', callsFor('default/invoices'), [
    'iam:CreateRole',
    'kms:CreateKey',
    'kms:CreateAlias',
    'kms:EnableKeyRotation',
  ]);
}

/** Throws Mismatch unless the key's policy names the role. */
function expectUser(scene: Scene): void {
  const { arn } = scene.role('invoices').real;
  const { keyId, policy } = scene.key('invoices').real;
  if (!policy.includes(`"${arn}"`))
    throw new Mismatch(`the policy of ${keyId} does not name ${arn}: ${policy}`);
}
