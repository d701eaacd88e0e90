import { readFileSync } from 'node:fs';
import type { RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { KubeConfig } from '@kubernetes/client-node';
import { parse } from 'yaml';
import { isRecord } from './json.ts';

export interface KubeconfigSource {
  /** A kubeconfig file; without it, the service account of the pod this runs in. */
  readonly kubeconfig?: string | undefined;
  /** A context of that file other than its current one. */
  readonly context?: string | undefined;
}

export interface Credentials {
  /** The origin, and the path under which the API lies (`/k8s/clusters/c-1` behind Rancher). */
  readonly origin: string;
  readonly basePath: string;
  readonly proxyUrl: string | undefined;
  readonly tls: Pick<ConnectionOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized' | 'servername'>;
  /** Authorization and impersonation. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Throws, naming what is missing, when there is no such file or context, or this is no pod. */
export function loadKubeConfig({ kubeconfig, context }: KubeconfigSource): KubeConfig {
  const config = new KubeConfig();
  if (kubeconfig === undefined) config.loadFromCluster();
  else config.loadFromFile(kubeconfig);
  if (context !== undefined) config.setCurrentContext(context);
  const server = config.getCurrentCluster()?.server;
  if (kubeconfig === undefined && server?.includes('undefined')) {
    throw new Error(
      'no kubeconfig was given, and this does not run in a pod (KUBERNETES_SERVICE_HOST is not set)',
    );
  }
  if (server === undefined) {
    throw new Error(`${kubeconfig}: no cluster for context "${config.getCurrentContext() ?? ''}"`);
  }
  return kubeconfig === undefined ? config : withTokenFile(config, kubeconfig);
}

/**
 * What client-node's authentication makes of the config now: files (CA, certificates, token) are read
 * afresh, an exec plugin runs when its credential has expired.
 */
export async function readCredentials(config: KubeConfig): Promise<Credentials> {
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const cluster = config.getCurrentCluster();
  const url = new URL(cluster?.server ?? '');
  const { ca, cert, key, rejectUnauthorized, servername } = options;
  return {
    origin: url.origin,
    basePath: url.pathname.replace(/\/$/, ''),
    proxyUrl: cluster?.proxyUrl,
    tls: {
      ...(ca !== undefined && { ca }),
      ...(cert !== undefined && { cert }),
      ...(key !== undefined && { key }),
      ...(rejectUnauthorized !== undefined && { rejectUnauthorized }),
      ...(servername !== undefined && { servername }),
    },
    headers: {
      ...(options.auth && { authorization: `Basic ${Buffer.from(options.auth).toString('base64')}` }),
      ...stringsOf(options.headers),
    },
  };
}

/** Whether a connection made for one serves the other. */
export function sameConnection(a: Credentials, b: Credentials): boolean {
  const essence = ({ origin, proxyUrl, tls }: Credentials) =>
    JSON.stringify([origin, proxyUrl, String(tls.ca), String(tls.cert), String(tls.key), tls.servername]);
  return essence(a) === essence(b);
}

/** client-node 2.0 looks for `token-file`; kubeconfig's field (client-go, AuthInfo) is `tokenFile`. */
function withTokenFile(config: KubeConfig, path: string): KubeConfig {
  const raw: unknown = parse(readFileSync(path, 'utf8'));
  const users: unknown[] = isRecord(raw) && Array.isArray(raw.users) ? raw.users : [];
  const tokenFiles = new Map<unknown, string>();
  for (const entry of users.filter(isRecord)) {
    if (isRecord(entry.user) && typeof entry.user.tokenFile === 'string') {
      tokenFiles.set(entry.name, resolve(dirname(path), entry.user.tokenFile));
    }
  }
  config.users = config.users.map((user) => {
    const tokenFile = tokenFiles.get(user.name);
    return tokenFile === undefined
      ? user
      : { ...user, authProvider: { name: 'tokenFile', config: { tokenFile } } };
  });
  return config;
}

/** Header values come from files that end in a newline, which no header may hold. */
function stringsOf(headers: RequestOptions['headers']): Record<string, string> {
  const entries = Array.isArray(headers) ? [] : Object.entries(headers ?? {});
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value).trim()]));
}
