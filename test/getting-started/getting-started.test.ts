import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { startControlPlane } from '../../dev/control-plane/control-plane.ts';
import { root } from '../../dev/docs/documents.ts';
import { startMoto } from '../../dev/emulator/moto.ts';
import { startProxy } from '../../dev/proxy/proxy.ts';
import { ec2User } from '../support/ec2-user.ts';
import { iamUser } from '../support/iam-user.ts';
import { scriptOf, toolsIn } from './guide.ts';
import { runPodsOf } from './pod-runner.ts';

/**
 * docs/getting-started.md word for word, on a control plane of its own, with the emulator for AWS and nobody for
 * EKS. What was stood in for is printed.
 */
it('getting started, tried word for word, ends with a Ready address and a Ready role', {
  timeout: 300_000,
}, async () => {
  await using stack = new AsyncDisposableStack();
  const moto = stack.use(await startMoto());
  const proxy = await startProxy({ upstream: moto.url });
  stack.defer(() => proxy.stop());
  const controlPlane = stack.use(await startControlPlane());
  const operator = stack.use(
    runPodsOf(controlPlane, { namespace: 'mooring-system', name: 'mooring', awsUrl: proxy.url }),
  );
  const environment = {
    HOME: controlPlane.directory,
    PATH: `${await toolsIn(controlPlane.directory)}:/usr/bin:/bin`,
    KUBECONFIG: controlPlane.adminKubeconfig.path,
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ACCESS_KEY_ID: 'person',
    AWS_SECRET_ACCESS_KEY: 'person',
  };
  const { stdout, stderr } = await bash(scriptOf('docs/getting-started.md'), environment).catch(
    (error: unknown) => {
      console.error(operator.logs.slice(-30).join('\n'));
      throw error;
    },
  );
  console.log(stderr);

  expect(stdout).toContain('elasticip.mooring.dev/hello condition met');
  expect(stdout).toContain('iamrole.mooring.dev/hello-reader condition met');
  expect(stdout).toMatch(/AllocateAddress .*no address carries this object's identity/);
  expect(stdout).toMatch(/TAGS\tteam\teipalloc-\w+\t[\w-]+\ttrying-mooring/);

  const ec2 = ec2User(proxy.url, 'eu-central-1', 'mooring-demo');
  const iam = iamUser(proxy.url);
  stack.defer(() => ec2.close());
  stack.defer(() => iam.close());
  expect(await ec2.addresses()).toEqual([]);
  expect(await iam.role('hello-reader')).toBeUndefined();
});

/** Rejects with both outputs in its message. */
async function bash(script: string, env: NodeJS.ProcessEnv): Promise<{ stdout: string; stderr: string }> {
  try {
    return await promisify(execFile)('bash', ['-c', script], { cwd: root, env, maxBuffer: 16 * 1024 * 1024 });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause instanceof Error ? Object(cause) : {};
    throw new Error(`the guide failed:\n${stdout}\n${stderr}`, { cause });
  }
}
