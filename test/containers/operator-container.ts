/** The image as a pod runs it: read-only root, a numeric user, no capabilities, a service account's token. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GenericContainer, type StartedTestContainer, Wait } from 'testcontainers';
import { inject, onTestFailed } from 'vitest';
import { connectDocker } from '../../dev/image/docker.ts';

export interface OperatorContainer extends AsyncDisposable {
  readonly id: string;
  readonly logs: readonly string[];
  /** Base URLs. */
  readonly health: string;
  readonly metrics: string;
  signal(name: 'SIGTERM'): Promise<void>;
  /** Its exit code, once it has ended. */
  exitCode(): Promise<number>;
}

export interface ContainerOptions {
  readonly args: readonly string[];
  readonly server: URL;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
  readonly namespace: string;
}

/** testcontainers has no word for it. */
class ReadOnlyContainer extends GenericContainer {
  withReadOnlyRoot(): this {
    this.hostConfig.ReadonlyRootfs = true;
    return this;
  }
}

const accountDirectory = '/var/run/secrets/kubernetes.io/serviceaccount';
/** Of the chart's default: a tenth less than it limits a pod to would already be noticed. */
const memoryGigabytes = 0.5;

export async function startOperatorContainer(options: ContainerOptions): Promise<OperatorContainer> {
  await using stack = new AsyncDisposableStack();
  prepareTestcontainers();
  const directory = await serviceAccountFiles(options);
  stack.defer(() => rm(directory, { recursive: true }));
  const logs: string[] = [];
  onTestFailed(() => console.error(['The container’s last lines:', ...logs.slice(-40)].join('\n')));
  const container = await new ReadOnlyContainer(inject('image'))
    .withReadOnlyRoot()
    .withUser('65532:65532')
    .withDroppedCapabilities('ALL')
    .withSecurityOpt('no-new-privileges')
    .withResourcesQuota({ memory: memoryGigabytes })
    .withNetworkMode('host')
    .withBindMounts([{ source: directory, target: accountDirectory, mode: 'ro' }])
    .withEnvironment({
      KUBERNETES_SERVICE_HOST: options.server.hostname,
      KUBERNETES_SERVICE_PORT: options.server.port,
      POD_NAME: 'mooring-0',
      POD_NAMESPACE: options.namespace,
      // Of this file's operators, as the test bed knows them.
      AWS_ACCESS_KEY_ID: process.env.AWS_ACCESS_KEY_ID ?? '',
      AWS_SECRET_ACCESS_KEY: process.env.AWS_SECRET_ACCESS_KEY ?? '',
    })
    .withCommand([...options.args])
    .withLogConsumer((stream) => stream.on('data', (text: Buffer) => logs.push(...linesOf(text))))
    .withWaitStrategy(Wait.forLogMessage(/"msg":"started"/))
    .withStartupTimeout(60_000)
    .start()
    .catch((error: unknown) => {
      throw new Error(`the container did not start: ${error}\n${logs.join('\n')}`);
    });
  stack.defer(async () => void (await container.stop({ timeout: 0 })));
  await untilStarted(logs);
  const running = stack.move();
  return { ...operatorOf(container, logs), [Symbol.asyncDispose]: () => running.disposeAsync() };
}

/**
 * A daemon of our own has neither a network in which its reaper could be reached nor its image: whatever it started
 * ends with it anyway.
 */
function prepareTestcontainers(): void {
  const { host } = inject('docker');
  if (host === undefined) return;
  process.env.DOCKER_HOST = host;
  process.env.TESTCONTAINERS_RYUK_DISABLED = 'true';
  process.env.TESTCONTAINERS_HOST_OVERRIDE = '127.0.0.1';
}

async function serviceAccountFiles({ ca, token, namespace }: ContainerOptions): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-service-account-'));
  // The container's user is another.
  await chmod(directory, 0o755);
  const files = { 'ca.crt': ca, token, namespace };
  for (const [name, content] of Object.entries(files)) await writeFile(join(directory, name), content);
  return directory;
}

const linesOf = (text: Buffer): string[] =>
  text
    .toString()
    .split('\n')
    .filter((line) => line !== '');

const started = (logs: readonly string[]) => logs.find((line) => line.includes('"msg":"started"'));

/** The consumer may be a moment behind the wait strategy. */
async function untilStarted(logs: readonly string[]): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (started(logs) === undefined && performance.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function operatorOf(
  container: StartedTestContainer,
  logs: readonly string[],
): Omit<OperatorContainer, typeof Symbol.asyncDispose> {
  const docker = connectDocker(inject('docker'));
  const id = container.getId();
  const { health, metrics }: { health?: string; metrics?: string } = JSON.parse(started(logs) ?? '{}');
  return {
    id,
    logs,
    health: `http://${health}`,
    metrics: `http://${metrics}`,
    signal: async (name) => void (await docker.run(['kill', '--signal', name, id])),
    exitCode: async () => Number((await docker.run(['wait', id])).trim()),
  };
}
