import { z } from 'zod';
import { type ApiEndpoint, apiRequest } from './api-client.ts';

export interface ServiceAccountRef {
  namespace: string;
  name: string;
}

const tokenRequestSchema = z.object({ status: z.object({ token: z.string() }) });

/** A new token of an existing service account, valid for an hour. */
export async function requestToken(
  endpoint: ApiEndpoint,
  adminToken: string,
  { namespace, name }: ServiceAccountRef,
): Promise<string> {
  const { status, body } = await apiRequest(endpoint, {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    token: adminToken,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } },
  });
  if (status !== 201)
    throw new Error(`no token for service account ${namespace}/${name}: ${JSON.stringify(body)}`);
  return tokenRequestSchema.parse(body).status.token;
}
