/** How etcd, kube-apiserver and kube-controller-manager are started for development and tests. */
import { join } from 'node:path';
import type { ChildSpec } from '../process.ts';
import type { Credentials } from './credentials.ts';

export function etcdSpec(binary: string, directory: string, clientUrl: string, peerUrl: string): ChildSpec {
  return {
    name: 'etcd',
    command: binary,
    stopSignal: 'SIGKILL',
    args: [
      `--data-dir=${join(directory, 'etcd')}`,
      `--listen-client-urls=${clientUrl}`,
      `--advertise-client-urls=${clientUrl}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      // The data need not outlive a crash of the machine, and a write is then several times as fast.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
  };
}

export interface ApiServerOptions {
  etcdUrl: string;
  port: number;
  certificateDirectory: string;
  credentials: Credentials;
  extraArgs: readonly string[];
}

export function apiServerSpec(binary: string, options: ApiServerOptions): ChildSpec {
  return {
    name: 'kube-apiserver',
    command: binary,
    // On SIGTERM it would wait up to 30 s for idle watches.
    stopSignal: 'SIGKILL',
    args: [
      `--etcd-servers=${options.etcdUrl}`,
      '--bind-address=127.0.0.1',
      '--advertise-address=127.0.0.1',
      `--secure-port=${options.port}`,
      // It signs a certificate for itself there at its first start, and keeps it over restarts.
      `--cert-dir=${options.certificateDirectory}`,
      `--token-auth-file=${options.credentials.tokenFile}`,
      '--authorization-mode=RBAC',
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-signing-key-file=${options.credentials.serviceAccountKeyFile}`,
      `--service-account-key-file=${options.credentials.serviceAccountKeyFile}`,
      '--service-cluster-ip-range=10.0.0.0/24',
      // A loopback address is refused as an endpoint of the service `kubernetes`; nothing here uses that service.
      '--endpoint-reconciler-type=none',
      // Pods are accepted although no controller makes their namespace's default service account.
      '--disable-admission-plugins=ServiceAccount',
      ...options.extraArgs,
    ],
  };
}

export function controllerManagerSpec(
  binary: string,
  kubeconfig: string,
  port: number,
  directory: string,
): ChildSpec {
  return {
    name: 'kube-controller-manager',
    command: binary,
    stopSignal: 'SIGKILL',
    args: [
      `--kubeconfig=${kubeconfig}`,
      // The last one fills the roles `view`, `edit` and `admin`, which are empty without it.
      '--controllers=garbage-collector-controller,namespace-controller,clusterrole-aggregation-controller',
      '--leader-elect=false',
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      `--cert-dir=${join(directory, 'kube-controller-manager')}`,
    ],
  };
}
