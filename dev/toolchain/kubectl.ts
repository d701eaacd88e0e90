/**
 * Where kubectl comes from, in this order:
 * 1. the executable that MOORING_KUBECTL names;
 * 2. the directory that KUBEBUILDER_ASSETS names, or the archive of envtest in the cache: both ship it;
 * 3. the cache;
 * 4. the binary that the Kubernetes project publishes, verified by its checksum;
 * 5. a build from Kubernetes' Go module.
 */
import { join } from 'node:path';
import { cached } from '../cache.ts';
import { givenExecutable, isExecutable } from './executable.ts';
import type { GoProgram } from './go.ts';
import { controlPlaneBinaries, currentRelease } from './kubernetes.ts';
import { downloadOrBuild } from './kubernetes-release.ts';
import { platform } from './platform.ts';
import { versions } from './versions.ts';

const kubectl: GoProgram = {
  name: 'kubectl',
  package: 'k8s.io/kubernetes/cmd/kubectl',
  estimateSeconds: 120,
};

/** The path of kubectl. Its first use on a machine may download or build it, and says so. */
export async function kubectlBinary(): Promise<string> {
  const given = givenExecutable(
    'MOORING_KUBECTL',
    'a kubectl',
    'kubectl is then taken from elsewhere, or built',
  );
  if (given) return given;
  const shipped = join((await controlPlaneBinaries()).apiServer, '..', kubectl.name);
  if (isExecutable(shipped)) return shipped;
  const directory = await cached({
    key: `kubectl-${versions.kubernetes}-${platform()}`,
    usable: (entry) => isExecutable(join(entry, kubectl.name)),
    make: (staging) => downloadOrBuild(kubectl, currentRelease, staging),
  });
  return join(directory, kubectl.name);
}
