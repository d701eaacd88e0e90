import { stringify } from 'yaml';
import type { ApiEndpoint } from './api-client.ts';

/** A kubeconfig with one cluster and one user. */
export function renderKubeconfig(
  endpoint: ApiEndpoint,
  user: string,
  token: string,
  namespace = 'default',
): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'mooring-dev',
    clusters: [
      {
        name: 'mooring-dev',
        cluster: {
          server: endpoint.server,
          'certificate-authority-data': Buffer.from(endpoint.ca).toString('base64'),
        },
      },
    ],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: 'mooring-dev', context: { cluster: 'mooring-dev', user, namespace } }],
  });
}
