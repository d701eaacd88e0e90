/**
 * Where the binaries of a Kubernetes control plane come from, in this order:
 * 1. the directory that KUBEBUILDER_ASSETS names, as controller-runtime's envtest has it;
 * 2. the cache;
 * 3. the archive that the envtest project publishes, verified by its checksum;
 * 4. a build from Kubernetes' and etcd's Go modules.
 * With MOORING_KUBERNETES=oldest they are those of the oldest release that is supported, and 1. is passed over.
 */
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { downloadEnvtest } from './envtest.ts';
import { isExecutable } from './executable.ts';
import { buildWithGo, type GoModule, type GoProgram } from './go.ts';
import { downloadOrBuild, type KubernetesRelease } from './kubernetes-release.ts';
import { platform } from './platform.ts';
import { say, withProgress } from './progress.ts';
import { ToolError } from './tool-error.ts';
import { versions } from './versions.ts';

export interface ControlPlaneBinaries {
  etcd: string;
  apiServer: string;
}

/** The module in `folder` beside this file, which builds the release `version`. */
const moduleOf = (folder: string, version: string): GoModule => ({
  directory: join(import.meta.dirname, folder),
  linkerFlags: linkerFlags(version),
  why: `It builds the Kubernetes API server ${version}, which development and the tests run against.`,
  instead:
    'set KUBEBUILDER_ASSETS to a directory that has etcd and kube-apiserver already, and kube-controller-manager for the tests.',
});

export const currentRelease: KubernetesRelease = {
  version: versions.kubernetes,
  module: moduleOf('kubernetes', versions.kubernetes),
};

interface Release extends KubernetesRelease {
  /** Of somebody's own: whatever release they are. */
  readonly assets?: string | undefined;
}

function chosenRelease({ MOORING_KUBERNETES: chosen, KUBEBUILDER_ASSETS: assets } = process.env): Release {
  if (!chosen) return { ...currentRelease, assets };
  const version = versions.oldestKubernetes;
  if (chosen === 'oldest') return { version, module: moduleOf('kubernetes-oldest', version) };
  throw new ToolError(`MOORING_KUBERNETES is ${chosen}, which is no release that is known here.`, [
    `set it to oldest, which is ${version}; or`,
    `unset it: the release is then ${versions.kubernetes}.`,
  ]);
}

const etcd: GoProgram = { name: 'etcd', package: 'go.etcd.io/etcd/server/v3', estimateSeconds: 45 };
const apiServer: GoProgram = {
  name: 'kube-apiserver',
  package: 'k8s.io/kubernetes/cmd/kube-apiserver',
  estimateSeconds: 300,
};
const controllerManager: GoProgram = {
  name: 'kube-controller-manager',
  package: 'k8s.io/kubernetes/cmd/kube-controller-manager',
  estimateSeconds: 150,
};

/** etcd and kube-apiserver. The first use on a machine downloads or builds them, and says so. */
export async function controlPlaneBinaries(): Promise<ControlPlaneBinaries> {
  const release = chosenRelease();
  const directory = release.assets ? checkedAssets(release.assets) : await cachedAssets(release);
  return { etcd: join(directory, 'etcd'), apiServer: join(directory, 'kube-apiserver') };
}

/** kube-controller-manager, which envtest does not ship: from KUBEBUILDER_ASSETS if it is there. */
export async function controllerManagerBinary(): Promise<string> {
  const { assets, ...release } = chosenRelease();
  if (assets && isExecutable(join(assets, controllerManager.name)))
    return join(assets, controllerManager.name);
  const directory = await cached({
    key: `kube-controller-manager-${release.version}-${platform()}`,
    usable: (entry) => isExecutable(join(entry, controllerManager.name)),
    make: (staging) => downloadOrBuild(controllerManager, release, staging),
  });
  return join(directory, controllerManager.name);
}

function checkedAssets(directory: string): string {
  const missing = [etcd.name, apiServer.name].filter((name) => !isExecutable(join(directory, name)));
  if (missing.length === 0) return directory;
  throw new ToolError(
    `KUBEBUILDER_ASSETS is ${directory}, but there is no executable ${missing.join(' and no ')} in it.`,
    [
      'point it to a directory with etcd and kube-apiserver, such as `setup-envtest use -p path` prints; or',
      'unset it: they are then downloaded or built.',
    ],
  );
}

function cachedAssets(release: Release): Promise<string> {
  return cached({
    key: `kubernetes-${release.version}-${platform()}`,
    usable: (entry) => [etcd, apiServer].every(({ name }) => isExecutable(join(entry, name))),
    make: (staging) => downloadOrBuildAssets(release, staging),
  });
}

async function downloadOrBuildAssets({ version, module }: Release, staging: string): Promise<void> {
  try {
    await withProgress(`downloading etcd and kube-apiserver ${version}`, 30, () =>
      downloadEnvtest(version, staging),
    );
  } catch (error) {
    say(
      `they cannot be downloaded (${error instanceof Error ? error.message : error}); building them instead`,
    );
    await buildWithGo(module, [etcd, apiServer], staging);
  }
}

/** Without these the server would call itself v0.0.0-master, and refuse what is bound to a version. */
export function linkerFlags(version: string): string {
  const [major = '', minor = ''] = version.replace(/^v/, '').split('.');
  const stamp = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'archive' };
  const variables = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'].flatMap((package_) =>
    Object.entries(stamp).map(([name, value]) => `-X ${package_}.${name}=${value}`),
  );
  return ['-s', '-w', ...variables].join(' ');
}
