import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { renderKubeconfig } from '../../dev/control-plane/kubeconfig.ts';
import { requestToken } from '../../dev/control-plane/service-account.ts';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import type { TestBed } from './test-bed.ts';

/** A service account for an operator of IAMAccessKeys, with no more rights than it needs. */
export interface RestrictedOperator extends AsyncDisposable {
  /** To start the operator as it. */
  readonly argv: readonly string[];
  /** Its verbs on Secrets in the bed's namespace, from now on. */
  allowOnSecrets(verbs: readonly string[]): Promise<void>;
}

const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' };
const own = [
  { apiGroups: ['mooring.dev'], resources: ['iamaccesskeys'], verbs: ['get', 'list', 'watch', 'patch'] },
  { apiGroups: ['mooring.dev'], resources: ['iamaccesskeys/status'], verbs: ['patch'] },
  { apiGroups: ['mooring.dev'], resources: ['awsaccounts'], verbs: ['list', 'watch'] },
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch'] },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['get'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create', 'patch'] },
];

export async function restrictedOperator({
  namespace,
  operatorNamespace,
  kube: { client },
}: TestBed): Promise<RestrictedOperator> {
  const cluster = inject('cluster');
  const account = { kind: 'ServiceAccount', name: 'mooring', namespace: operatorNamespace };
  const grant = async (name: string, where: { namespace?: string }, rules: readonly object[]) => {
    const kind = where.namespace === undefined ? 'ClusterRole' : 'Role';
    const plural = `${kind.toLowerCase()}s`;
    const at = (resource: string) => resourcePath({ ...rbac, plural: resource, ...where });
    const roleRef = { apiGroup: rbac.group, kind, name };
    await client.create(at(plural), { metadata: { name }, rules });
    await client.create(at(plural.replace('role', 'rolebinding')), {
      metadata: { name },
      roleRef,
      subjects: [account],
    });
  };

  await client.create(`/api/v1/namespaces/${operatorNamespace}/serviceaccounts`, {
    metadata: { name: account.name },
  });
  await grant(`mooring-${namespace}`, {}, own);
  await grant('mooring', { namespace: operatorNamespace }, [
    { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'update'] },
  ]);
  await grant('mooring-access-keys', { namespace }, []);

  const directory = await mkdtemp(join(tmpdir(), 'mooring-'));
  const kubeconfig = join(directory, 'kubeconfig');
  const token = await requestToken(cluster, cluster.token, account);
  await writeFile(kubeconfig, renderKubeconfig(cluster, account.name, token), { mode: 0o600 });
  return {
    argv: ['--kubeconfig', kubeconfig],
    async allowOnSecrets(verbs) {
      const rules = verbs.length === 0 ? [] : [{ apiGroups: [''], resources: ['secrets'], verbs }];
      const path = resourcePath({ ...rbac, plural: 'roles', namespace, name: 'mooring-access-keys' });
      await client.mergePatch(path, { rules });
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}
