import { expect, inject } from 'vitest';
import { z } from 'zod';
import { requestToken } from '../../dev/control-plane/service-account.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { onTestBed, type TestBed } from '../support/test-bed.ts';
import { applyAccess, type Installation, readInstallation, replaceOptions } from './install-manifest.ts';
import { type OperatorContainer, startOperatorContainer } from './operator-container.ts';

const region = 'eu-west-3';
const it = onTestBed(region);

const leaseSchema = z.object({ spec: z.object({ holderIdentity: z.string().optional() }) });

/** As the Deployment starts it, but for the addresses (the network is the machine's) and where AWS is. */
async function install({
  kube,
  region,
}: TestBed): Promise<{ installation: Installation; start(): Promise<OperatorContainer> }> {
  const installation = await readInstallation();
  await applyAccess(kube.client, installation);
  const { server, ca, token: admin } = inject('cluster');
  const { namespace, serviceAccount, args } = installation;
  const token = await requestToken({ server, ca }, admin, { namespace, name: serviceAccount });
  const start = () =>
    startOperatorContainer({
      args: replaceOptions(args, {
        '--cluster-name': 'containers',
        '--region': region,
        '--aws-endpoint-url': inject('awsUrl'),
        '--health-address': '127.0.0.1:0',
        '--metrics-address': '127.0.0.1:0',
      }),
      server: new URL(server),
      ca,
      token,
      namespace,
    });
  return { installation, start };
}

async function holderOf({ kube }: TestBed, { namespace }: Installation): Promise<string> {
  const lease = { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', name: 'mooring', namespace };
  return leaseSchema.parse(await kube.client.get(resourcePath(lease))).spec.holderIdentity ?? '';
}

it('with a read-only root, no capabilities and a service account’s rights it keeps an address, and answers', async ({
  bed,
}) => {
  const { start } = await install(bed);
  await using operator = await start();
  await bed.kube.apply('web', { tags: { team: 'web' } });
  const { status } = await bed.kube.waitReady('web', 60_000);
  expect((await bed.ec2.address(status?.allocationId ?? ''))?.tags).toMatchObject({
    'mooring.dev/cluster': 'containers',
    team: 'web',
  });
  expect((await bed.kube.waitEvent('web', 'AllocateAddress', 30_000)).type).toBe('Normal');
  expect((await fetch(`${operator.health}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${operator.metrics}/metrics`)).text()).toContain(
    'mooring_aws_requests_total{service="ec2",operation="AllocateAddress",code="OK"} 1\n',
  );
  await bed.kube.deleteAndWait('web', 60_000);
  expect(operator.logs.filter((line) => /"level":"error"|Forbidden/.test(line))).toEqual([]);
});

it('on SIGTERM it finishes what runs within its grace period, gives up the Lease, and exits 0', async ({
  bed,
}) => {
  const { installation, start } = await install(bed);
  await using operator = await start();
  await expect.poll(() => holderOf(bed, installation)).toContain('mooring-0');
  const rule = await bed.inject({ hold: 'before' }, { operation: 'AllocateAddress', times: 1 });
  await bed.kube.apply('running');
  expect(await bed.proxy.waitHeld(rule)).toHaveLength(1);
  await operator.signal('SIGTERM');
  await expect.poll(() => operator.logs.some((line) => line.includes('"msg":"draining"'))).toBe(true);
  const began = performance.now();
  await bed.proxy.release(rule);
  expect(await operator.exitCode()).toBe(0);
  expect(performance.now() - began).toBeLessThan(installation.gracePeriodSeconds * 1_000);
  expect(await holderOf(bed, installation)).toBe('');
  expect((await bed.kube.get('running')).status?.allocationId).toBeDefined();
});
