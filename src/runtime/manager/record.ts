import type { Logger } from '../../core/ports.ts';
import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../kubernetes/kubernetes.ts';

/**
 * The cluster's name as this cluster remembers it: the ConfigMap `mooring-cluster` in the operator's
 * namespace.
 *
 * Guarantees
 * - An operator started with another name than the one before it does not get as far as AWS, where it would
 *   find none of its resources and make all of them again.
 * - Of two first starts at once with two names, one is refused.
 * - A name is changed only from the one that `--rename-from` gives; repeating that changes nothing more.
 */
export interface ClusterRecordOptions {
  readonly client: Pick<KubernetesClient, 'get' | 'create' | 'update'>;
  /** The operator's own. */
  readonly namespace: string;
  /** `--cluster-name` */
  readonly clusterName: string;
  /** `--rename-from` */
  readonly renameFrom?: string | undefined;
  readonly logger: Logger;
}

/** The name given is not the one recorded; the message says both and what permits the change. */
export class ClusterNameRefused extends Error {
  override readonly name = 'ClusterNameRefused';
}

export const recordName = 'mooring-cluster';

interface ConfigMap {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Writers that were faster are few: operators that start at this moment. */
const maxAttempts = 5;

/**
 * Records `clusterName` on the first start and compares it on every later one. Throws ClusterNameRefused,
 * and KubernetesError where the record can be neither read nor written.
 */
export async function verifyClusterName(options: ClusterRecordOptions): Promise<void> {
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    const recorded = await read(options);
    if (recorded && !mayRename(options, recorded)) return;
    if (await write(options, recorded)) return;
  }
  throw new ClusterNameRefused(
    `ConfigMap ${place(options)} changed ${maxAttempts} times while it was written`,
  );
}

/** False when the names agree. Throws ClusterNameRefused unless the change is the permitted one. */
function mayRename(options: ClusterRecordOptions, recorded: ConfigMap): boolean {
  const { clusterName, renameFrom } = options;
  const name = recorded.data?.clusterName;
  if (name === clusterName) return false;
  if (!name) {
    throw new ClusterNameRefused(
      `ConfigMap ${place(options)} has no data.clusterName: restore it, or delete the ConfigMap to record "${clusterName}"`,
    );
  }
  if (name === renameFrom) return true;
  const given = renameFrom === undefined ? '' : `, and --rename-from is "${renameFrom}"`;
  throw new ClusterNameRefused(
    `--cluster-name is "${clusterName}", but this cluster is recorded as "${name}" (ConfigMap ${place(options)})${given}: ` +
      `under another name none of its AWS resources would be found. Start with --cluster-name ${name}, ` +
      `or, to rename it, with --rename-from ${name}`,
  );
}

async function read({ client, namespace }: ClusterRecordOptions): Promise<ConfigMap | undefined> {
  try {
    return await client.get<ConfigMap>(resourcePath({ ...configMaps, namespace, name: recordName }));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

/** False when somebody else was faster: what they wrote has to be read. */
async function write(options: ClusterRecordOptions, recorded: ConfigMap | undefined): Promise<boolean> {
  const { client, namespace, clusterName, logger } = options;
  const data = { ...recorded?.data, clusterName };
  try {
    if (recorded) {
      const path = resourcePath({ ...configMaps, namespace, name: recordName });
      await client.update(path, { ...recorded, data });
      logger.warn({ from: recorded.data?.clusterName, to: clusterName }, 'cluster renamed');
    } else {
      const metadata = { name: recordName, namespace };
      const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
      await client.create(resourcePath({ ...configMaps, namespace }), body);
      logger.info({ clusterName }, 'cluster name recorded');
    }
    return true;
  } catch (error) {
    if (isAlreadyExists(error) || isConflict(error) || (recorded && isNotFound(error))) return false;
    throw error;
  }
}

const configMaps = { group: '', version: 'v1', plural: 'configmaps' };

const place = ({ namespace }: ClusterRecordOptions): string => `${namespace}/${recordName}`;
