import { AwsError } from '../../core/errors.ts';
import { type KubernetesClient, resourcePath } from '../kubernetes/client.ts';
import { isRecord } from '../kubernetes/json.ts';
import { KubernetesError } from '../kubernetes/kubernetes.ts';

/** STS is asked at once; ten minutes are the least that Kubernetes gives. */
const expirationSeconds = 600;

/**
 * A new token of a service account for whoever `audience` is: a TokenRequest.
 * https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-request-v1/
 * Throws AwsError, for there is no signing in without it.
 */
export async function requestToken(
  client: Pick<KubernetesClient, 'create'>,
  {
    namespace,
    name,
    audience,
  }: { readonly namespace: string; readonly name: string; readonly audience: string },
): Promise<string> {
  const core = { group: '', version: 'v1' };
  const path = resourcePath({ ...core, plural: 'serviceaccounts', namespace, name, subresource: 'token' });
  const body = {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { audiences: [audience], expirationSeconds },
  };
  try {
    const answer = await client.create<unknown>(path, body);
    const status = isRecord(answer) && isRecord(answer.status) ? answer.status : {};
    if (typeof status.token === 'string') return status.token;
    throw new Error('the API server answered without a token');
  } catch (error) {
    throw noToken(`${namespace}/${name}`, error);
  }
}

function noToken(serviceAccount: string, error: unknown): AwsError {
  const refused = error instanceof KubernetesError && error.status >= 400 && error.status < 429;
  return new AwsError({
    class: refused ? 'Unauthenticated' : 'Transient',
    code: 'NoToken',
    call: 'sts:AssumeRoleWithWebIdentity',
    message: `no token for ServiceAccount ${serviceAccount}: ${error instanceof Error ? error.message : String(error)}`,
    definite: true,
    cause: error,
  });
}
