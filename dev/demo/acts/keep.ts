import { setTimeout as sleep } from 'node:timers/promises';
import { ourAccessKey, region } from '../account.ts';
import { expectReady } from '../expect-ready.ts';
import type { Operator } from '../operator.ts';
import { calls, heading, output, tell } from '../screen.ts';
import type { Stage } from '../stage.ts';

const lookEveryMs = 500;

/** Leaves all running, and shows each further call; resolves never. */
export async function keepRunning(stage: Stage, operator: Operator): Promise<never> {
  await heading('6. Your turn');
  const holder = (await expectReady(stage)).address('web').real.instanceId;
  const states = await stage.account.instanceStates();
  const stopped = Object.keys(states).find((id) => states[id] === 'stopped');
  tell('All of it keeps running. In another terminal, in this directory:');
  output(`
export KUBECONFIG=${stage.kubeconfig}
export AWS_ENDPOINT_URL=${stage.endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
export AWS_ACCESS_KEY_ID=${ourAccessKey} AWS_SECRET_ACCESS_KEY=${ourAccessKey}

kubectl get mooring -A -w
kubectl describe eip web
kubectl edit iamrole web-server
kubectl delete -f examples/address.yaml
aws ec2 describe-addresses
aws iam list-attached-role-policies --role-name web-server
aws ec2 start-instances --instance-ids ${stopped}
aws ec2 stop-instances --instance-ids ${holder}
tail -f ${operator.log}
`);
  tell('Ctrl-C stops everything and removes it. Until then, what Mooring does in AWS:');
  output('');
  let shown = (await operator.calls()).length;
  while (true) {
    await sleep(lookEveryMs);
    const all = await operator.calls();
    calls(all.slice(shown));
    shown = all.length;
  }
}
