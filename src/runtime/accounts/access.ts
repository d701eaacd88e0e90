/**
 * An AWSAccount and what it refers to, as plain data for AWS. Throws ScopeRefused naming the field at fault.
 * The same objects give the same access: it is made anew only when one of them changed.
 */
import type { AccountAccess, AccountSpec, CredentialSource } from '../../core/account.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { type AccountCaches, type Secret, secretKeys } from './caches.ts';
import { requestToken } from './tokens.ts';

export interface AccessOptions {
  readonly caches: Pick<AccountCaches, 'secrets'>;
  readonly client: Pick<KubernetesClient, 'create'>;
  /** The operator's own. */
  readonly namespace: string;
  readonly region: string | undefined;
  readonly allowEndpoints: boolean;
}

/** STS answers in every Region; this one always is there. */
const anyRegion = 'us-east-1';
const defaultAudience = 'sts.amazonaws.com';

export type AccessOf = (name: string, spec: AccountSpec) => AccountAccess;

export function createAccess(options: AccessOptions): AccessOf {
  const made = new WeakMap<AccountSpec, { secret: Secret | undefined; access: AccountAccess }>();
  return (name, spec) => {
    const secret = secretOf(spec, options);
    const known = made.get(spec);
    if (known && known.secret === secret) return known.access;
    const access = build(name, spec, secret, options);
    made.set(spec, { secret, access });
    return access;
  };
}

function build(
  name: string,
  spec: AccountSpec,
  secret: Secret | undefined,
  options: AccessOptions,
): AccountAccess {
  const { endpoints, limits, assumeRole = [], region = options.region ?? anyRegion } = spec;
  if (endpoints && !options.allowEndpoints) {
    throw new ScopeRefused('InvalidSpec', 'endpoints: the operator was not started with --allow-endpoints');
  }
  return { name, source: sourceOf(spec, secret, options), assumeRole, region, endpoints, limits };
}

function secretOf({ credentials }: AccountSpec, { caches, namespace }: AccessOptions): Secret | undefined {
  if (!credentials.secretRef) return undefined;
  const { secrets } = caches;
  secrets.start();
  const secret = secrets.get(`${namespace}/${credentials.secretRef.name}`);
  if (!secret && !secrets.synced) {
    throw new ScopeRefused('DependencyNotReady', `the Secrets of namespace ${namespace} are not listed yet`);
  }
  return secret;
}

function sourceOf(
  { credentials }: AccountSpec,
  secret: Secret | undefined,
  { client, namespace }: AccessOptions,
): CredentialSource {
  const { secretRef, webIdentity } = credentials;
  if (secretRef) return keysIn(secret, `${namespace}/${secretRef.name}`);
  if (!webIdentity) return { from: 'default' };
  const { roleArn, tokenFile, serviceAccountRef, audience = defaultAudience } = webIdentity;
  if (tokenFile !== undefined) return { from: 'webIdentity', roleArn, token: { file: tokenFile } };
  const name = serviceAccountRef?.name ?? '';
  const request = () => requestToken(client, { namespace, name, audience });
  return { from: 'webIdentity', roleArn, token: { serviceAccount: name, audience, request } };
}

function keysIn(secret: Secret | undefined, place: string): CredentialSource {
  if (!secret) throw new ScopeRefused('InvalidCredentials', `Secret ${place} does not exist`);
  const value = (key: string): string | undefined => {
    const encoded = secret.data?.[key];
    const text = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8').trim();
    return text === '' ? undefined : text;
  };
  const needed = (key: string): string => {
    const text = value(key);
    if (text === undefined) throw new ScopeRefused('InvalidCredentials', `Secret ${place} has no ${key}`);
    return text;
  };
  const sessionToken = value(secretKeys.sessionToken);
  return {
    from: 'secret',
    accessKeyId: needed(secretKeys.accessKeyId),
    secretAccessKey: needed(secretKeys.secretAccessKey),
    ...(sessionToken === undefined ? {} : { sessionToken }),
  };
}
