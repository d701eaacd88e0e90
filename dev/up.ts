/** `npm run dev`: a control plane and an AWS emulator behind its proxy, until Ctrl-C. */
import { once } from 'node:events';
import { applyCrds } from './control-plane/apply-crds.ts';
import { type ControlPlane, startControlPlane } from './control-plane/control-plane.ts';
import { startMoto } from './emulator/moto.ts';
import { startProxy } from './proxy/proxy.ts';
import { say } from './toolchain/progress.ts';
import { ToolError } from './toolchain/tool-error.ts';

async function main(): Promise<void> {
  const interrupted = Promise.race(['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => once(process, signal)));
  // The children do not keep this process alive (process.ts).
  const keepAlive = setInterval(() => {}, 60_000);
  await using stack = new AsyncDisposableStack();
  stack.defer(() => clearInterval(keepAlive));
  let isUp = false;
  // Interrupted on the way up, it need not stop in order: the watchdogs clean up after any exit.
  void interrupted.then(() => isUp || process.exit(130));
  const { died } = await bringUp(stack);
  isUp = true;
  const crash = await Promise.race([interrupted.then(() => undefined), died]);
  say(crash === undefined ? 'stopping' : `stopping: ${crash}`);
  if (crash !== undefined) process.exitCode = 1;
}

/** Resolves when all is up; the promise in it when something died. */
async function bringUp(stack: AsyncDisposableStack): Promise<{ died: Promise<string> }> {
  const [controlPlane, aws] = await Promise.all([bringUpKubernetes(stack), bringUpAws(stack)]);
  console.log(instructions(controlPlane, aws.url));
  return { died: Promise.race([controlPlane.died, aws.died]) };
}

async function bringUpKubernetes(stack: AsyncDisposableStack): Promise<ControlPlane> {
  const controlPlane = stack.use(await startControlPlane());
  const crds = await applyCrds(controlPlane);
  say(crds.length > 0 ? `applied ${crds.join(', ')}` : 'there are no CRDs to apply');
  return controlPlane;
}

async function bringUpAws(stack: AsyncDisposableStack): Promise<{ url: string; died: Promise<string> }> {
  const moto = stack.use(await startMoto());
  const proxy = await startProxy({ upstream: moto.url });
  stack.defer(() => proxy.stop());
  return { url: proxy.url, died: moto.died };
}

function instructions({ adminKubeconfig, directory }: ControlPlane, awsEndpoint: string): string {
  return `
A Kubernetes API server and an AWS emulator are running. In another terminal:

  export KUBECONFIG=${adminKubeconfig.path}
  export AWS_ENDPOINT_URL=${awsEndpoint}
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_REGION=us-east-1 AWS_DEFAULT_REGION=us-east-1

  kubectl get crds
  aws ec2 describe-addresses

Logs are in ${directory}. Ctrl-C stops both and removes what they stored.`;
}

try {
  await main();
} catch (error) {
  if (error instanceof ToolError) say(error.message);
  else console.error(error);
  // At once: the other half may still be installing or starting, and the watchdogs clean up after it.
  process.exit(1);
}
