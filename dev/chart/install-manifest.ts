/** deploy/install.yaml: the chart with its own values, for those who have no Helm. */
import { join } from 'node:path';
import { helmBinary } from '../toolchain/helm.ts';
import { run } from '../toolchain/run.ts';

export const installManifestPath = 'deploy/install.yaml';

const namespace = 'mooring-system';
/**
 * In the place of the cluster's name. `mooring run` refuses it, as no name may have these characters: whoever forgets to
 * edit it has an operator that ends at once and says so, and not one under a name that is everybody's.
 */
export const clusterNamePlaceholder = '<EDIT-ME>';
const standIn = 'cluster-name-stands-here';

const header = `# Mooring, as "kubectl apply -f" installs it. EDIT ${clusterNamePlaceholder} FIRST, below at --cluster-name:
# this cluster's name, unique among the clusters that use the same AWS accounts, such as prod-eu.
# Rendered from deploy/chart by "npm run generate"; do not edit it in the repository.
`;

const namespaceManifest = `---
apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
  labels:
    pod-security.kubernetes.io/enforce: restricted
`;

/** What is true of a release of Helm's only. */
const helmsOwn = /^ *(helm\.sh\/chart: .*|app\.kubernetes\.io\/managed-by: Helm)\n/gm;
const helmsAnnotations = /^ *annotations:\n *helm\.sh\/resource-policy: keep\n/gm;

/** Renders it from the chart as it lies in `root`. */
export async function renderInstallManifest(root: string): Promise<string> {
  const rendered = await run(await helmBinary(), [
    'template',
    'mooring',
    join(root, 'deploy', 'chart'),
    `--namespace=${namespace}`,
    `--set=clusterName=${standIn}`,
  ]);
  const manifest = rendered.replaceAll(helmsOwn, '').replaceAll(helmsAnnotations, '');
  return header + namespaceManifest + manifest.replaceAll(standIn, clusterNamePlaceholder);
}
