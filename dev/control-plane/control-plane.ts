/**
 * A Kubernetes control plane as child processes: etcd and kube-apiserver, on request kube-controller-manager.
 * RBAC is on and service accounts' tokens are real; there are no nodes, so pods are stored and never run.
 *
 * Guarantees:
 * - Only the loopback address is listened on, at ports that were free.
 * - Once `startControlPlane` has resolved, /readyz is green: RBAC's default roles are there.
 * - Nothing is left behind, however this process ends (process.ts).
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../port.ts';
import { type Child, createProcessGroup, type ProcessGroup } from '../process.ts';
import { controllerManagerBinary, controlPlaneBinaries } from '../toolchain/kubernetes.ts';
import { type ApiEndpoint, type ApiRequest, type ApiResponse, apiRequest } from './api-client.ts';
import { createCredentials, type StaticUser } from './credentials.ts';
import { renderKubeconfig } from './kubeconfig.ts';
import { apiServerSpec, controllerManagerSpec, etcdSpec } from './servers.ts';
import { requestToken, type ServiceAccountRef } from './service-account.ts';

export interface ControlPlaneOptions {
  /** Users beside `admin` (group system:masters). They may do nothing until RBAC allows it. */
  users?: readonly StaticUser[];
  /** Further arguments of kube-apiserver, such as "--audit-policy-file=…". */
  apiServerArgs?: readonly string[];
}

export type Identity = { user: string } | { serviceAccount: ServiceAccountRef };

export interface ControlPlane extends ApiEndpoint, AsyncDisposable {
  /** Base64 of `ca`, as a kubeconfig has it. */
  readonly caData: string;
  readonly adminToken: string;
  readonly adminKubeconfig: { readonly path: string; readonly text: string };
  /** The private temporary directory: logs are <name>.log in it. Removed by `stop()`. */
  readonly directory: string;
  /** The token of a user given at the start, or a new one (valid 1 h) of a service account, by TokenRequest. */
  tokenFor(identity: Identity): Promise<string>;
  /** A kubeconfig's text with the token that `tokenFor` gives. */
  kubeconfigFor(identity: Identity): Promise<string>;
  /** One request, as admin unless it carries a token (`token: ''`: anonymous). */
  request(call: ApiRequest): Promise<ApiResponse>;
  /** Ends kube-apiserver at once, as a crash would. */
  stopApiServer(): Promise<void>;
  /** Starts it again: same port, certificate, keys and data. Resolves when it is ready. */
  startApiServer(): Promise<void>;
  restartApiServer(): Promise<void>;
  /**
   * Starts kube-controller-manager: garbage collection, removal of namespaces, and the aggregated roles `view`, `edit`
   * and `admin`, which are empty without it. Downloaded or built at its first use on a machine.
   */
  startControllerManager(): Promise<void>;
  /** Resolves, with its log's last lines, when one of the servers has ended that nobody stopped; else never. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;
const adminUser: StaticUser = { name: 'admin', groups: ['system:masters'] };

export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const binaries = await controlPlaneBinaries();
  const group = await createProcessGroup('control-plane');
  try {
    return await assemble(group, binaries, options);
  } catch (error) {
    await group.stop();
    throw error;
  }
}

async function assemble(
  group: ProcessGroup,
  binaries: Awaited<ReturnType<typeof controlPlaneBinaries>>,
  { users = [], apiServerArgs = [] }: ControlPlaneOptions,
): Promise<ControlPlane> {
  const { directory } = group;
  const credentials = await createCredentials(directory, [adminUser, ...users]);
  const etcdUrl = `http://127.0.0.1:${await freePort()}`;
  const etcd = await group.start(
    etcdSpec(binaries.etcd, directory, etcdUrl, `http://127.0.0.1:${await freePort()}`),
  );
  await etcd.ready(() => isHealthy(etcdUrl), startTimeoutMs);

  const port = await freePort();
  const server = `https://127.0.0.1:${port}`;
  const certificateDirectory = join(directory, 'certificates');
  const readCa = () => readFile(join(certificateDirectory, 'apiserver.crt'), 'utf8');
  let apiServer: Child | undefined;
  const startApiServer = async () => {
    apiServer = await group.start(
      apiServerSpec(binaries.apiServer, {
        etcdUrl,
        port,
        certificateDirectory,
        credentials,
        extraArgs: apiServerArgs,
      }),
    );
    await apiServer.ready(async () => isReady({ server, ca: await readCa() }), startTimeoutMs);
  };
  const stopApiServer = async () => await apiServer?.stop();
  await startApiServer();

  const ca = await readCa();
  const endpoint = { server, ca };
  const adminToken = tokenOf(credentials.tokens, adminUser.name);
  const adminKubeconfig = {
    path: join(directory, 'kubeconfig'),
    text: renderKubeconfig(endpoint, adminUser.name, adminToken),
  };
  await writeFile(adminKubeconfig.path, adminKubeconfig.text, { mode: 0o600 });

  const tokenFor = async (identity: Identity) =>
    'user' in identity
      ? tokenOf(credentials.tokens, identity.user)
      : requestToken(endpoint, adminToken, identity.serviceAccount);
  return {
    ...endpoint,
    caData: Buffer.from(ca).toString('base64'),
    adminToken,
    adminKubeconfig,
    directory,
    tokenFor,
    kubeconfigFor: async (identity) => renderKubeconfig(endpoint, nameOf(identity), await tokenFor(identity)),
    request: (call) => apiRequest(endpoint, { token: adminToken, ...call }),
    stopApiServer,
    startApiServer,
    restartApiServer: async () => {
      await stopApiServer();
      await startApiServer();
    },
    startControllerManager: () => startControllerManager(group, adminKubeconfig.path),
    died: group.died,
    stop: group.stop,
    [Symbol.asyncDispose]: group.stop,
  };
}

async function startControllerManager(group: ProcessGroup, kubeconfig: string): Promise<void> {
  const port = await freePort();
  const binary = await controllerManagerBinary();
  const manager = await group.start(controllerManagerSpec(binary, kubeconfig, port, group.directory));
  const certificate = join(group.directory, 'kube-controller-manager', 'kube-controller-manager.crt');
  await manager.ready(async () => {
    return isReady(
      { server: `https://127.0.0.1:${port}`, ca: await readFile(certificate, 'utf8') },
      '/healthz',
    );
  }, startTimeoutMs);
}

async function isHealthy(etcdUrl: string): Promise<boolean> {
  return (await fetch(`${etcdUrl}/health`)).ok;
}

async function isReady(endpoint: ApiEndpoint, path = '/readyz'): Promise<boolean> {
  return (await apiRequest(endpoint, { method: 'GET', path })).status === 200;
}

function tokenOf(tokens: ReadonlyMap<string, string>, user: string): string {
  const token = tokens.get(user);
  if (token === undefined) throw new Error(`no user "${user}": known are ${[...tokens.keys()].join(', ')}`);
  return token;
}

function nameOf(identity: Identity): string {
  return 'user' in identity ? identity.user : identity.serviceAccount.name;
}
