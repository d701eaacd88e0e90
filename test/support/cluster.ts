import type { ControlPlane } from '../../dev/control-plane/control-plane.ts';

/** How to reach a Kubernetes cluster as its admin: plain data, so that it can be handed to a worker. */
export interface Cluster {
  readonly server: string;
  /** PEM. */
  readonly ca: string;
  readonly token: string;
  /** A file. */
  readonly kubeconfig: string;
}

export const clusterOf = ({ server, ca, adminToken, adminKubeconfig }: ControlPlane): Cluster => ({
  server,
  ca,
  token: adminToken,
  kubeconfig: adminKubeconfig.path,
});
