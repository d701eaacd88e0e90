/** Everything in containers, as far as can be from the suites' own control plane: K3s, and the emulator's public image. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, Network, type StartedTestContainer, Wait } from 'testcontainers';
import { expect, inject, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { connectDocker } from '../../dev/image/docker.ts';
import { type Manifest, readInstallation, replaceOptions } from './install-manifest.ts';
import { publicImages } from './public-images.ts';

const address = {
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'ElasticIP',
  metadata: { name: 'web', namespace: 'default' },
  spec: { tags: { team: 'web' } },
};

/** What the command prints; throws when it fails. */
async function run(container: StartedTestContainer, ...command: string[]): Promise<string> {
  const { exitCode, output } = await container.exec(command);
  if (exitCode !== 0) throw new Error(`${command.join(' ')} exited with ${exitCode}: ${output}`);
  return output;
}

async function apply(k3s: StartedTestContainer, manifests: readonly object[]): Promise<void> {
  const content = manifests.map((manifest) => stringify(manifest)).join('---\n');
  await k3s.copyContentToContainer([{ content, target: '/tmp/manifests.yaml' }]);
  await run(k3s, 'kubectl', 'apply', '--server-side', '-f', '/tmp/manifests.yaml');
}

/** K3s has its own images: ours goes in as a file. */
async function load(k3s: StartedTestContainer, image: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-image-'));
  try {
    const source = join(directory, 'image.tar');
    await connectDocker(inject('docker')).run(['save', '--output', source, image]);
    await k3s.copyFilesToContainer([{ source, target: '/tmp/image.tar' }]);
    await run(k3s, 'ctr', '--namespace', 'k8s.io', 'images', 'import', '/tmp/image.tar');
  } finally {
    await rm(directory, { recursive: true });
  }
}

const deploymentSchema = z.looseObject({
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.tuple([z.looseObject({ env: z.array(z.unknown()).default([]) })]),
      }),
    }),
  }),
});

/** The Deployment with the image that was loaded, one replica, and AWS where the emulator is. */
function configured(deployment: Manifest, image: string, args: readonly string[]): object {
  const parsed = deploymentSchema.parse(deployment);
  const { template } = parsed.spec;
  const [container] = template.spec.containers;
  const ours = {
    ...container,
    image: `docker.io/library/${image}`,
    imagePullPolicy: 'Never',
    args,
    env: [
      ...container.env,
      { name: 'AWS_ACCESS_KEY_ID', value: 'k3s' },
      { name: 'AWS_SECRET_ACCESS_KEY', value: 'k3s' },
    ],
  };
  const pod = { ...template, spec: { ...template.spec, containers: [ours] } };
  return { ...parsed, spec: { ...parsed.spec, replicas: 1, template: pod } };
}

it('K3s runs what is installed, and an address in the emulator’s public image gets Ready', {
  timeout: 600_000,
}, async ({ skip }) => {
  const reason = inject('notPullable');
  if (reason !== null) skip(reason);
  await using stack = new AsyncDisposableStack();
  const network = stack.use(await new Network().start());
  const moto = stack.use(
    await new GenericContainer(publicImages.moto)
      .withNetwork(network)
      .withExposedPorts(5000)
      .withWaitStrategy(Wait.forListeningPorts())
      .start(),
  );
  const k3s = stack.use(
    await new GenericContainer(publicImages.k3s)
      .withNetwork(network)
      .withPrivilegedMode()
      .withTmpFs({ '/run': 'rw', '/var/run': 'rw' })
      .withCommand(['server', '--disable=traefik,servicelb,metrics-server,local-storage'])
      .withWaitStrategy(Wait.forLogMessage(/Node controller sync successful/))
      .withStartupTimeout(180_000)
      .start(),
  );
  await load(k3s, inject('image'));
  const { manifests, namespace, args } = await readInstallation();
  const options = replaceOptions(args, {
    '--cluster-name': 'k3s',
    '--region': 'eu-west-1',
    // By its address: names of Docker's network mean nothing in a pod.
    '--aws-endpoint-url': `http://${moto.getIpAddress(network.getName())}:5000`,
  });
  const isDeployment = ({ kind }: Manifest) => kind === 'Deployment';
  await apply(
    k3s,
    manifests.filter((manifest) => !isDeployment(manifest)),
  );
  await apply(
    k3s,
    manifests.filter(isDeployment).map((one) => configured(one, inject('image'), options)),
  );
  await run(k3s, 'kubectl', '-n', namespace, 'rollout', 'status', 'deployment/mooring', '--timeout=180s');
  await apply(k3s, [address]);
  await run(k3s, 'kubectl', 'wait', 'elasticip/web', '--for=condition=Ready', '--timeout=120s');
  const told = await run(k3s, 'kubectl', 'get', 'elasticip/web', '-o', 'jsonpath={.status.allocationId}');
  expect(told).toMatch(/^eipalloc-/);
});
