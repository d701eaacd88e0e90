/** What development and the tests run against. One place, so that an upgrade is one change. */
export const versions = {
  /** Kubernetes: kube-apiserver, kube-controller-manager and kubectl. Keep in step with kubernetes/go.mod. */
  kubernetes: 'v1.36.3',
  /** The oldest Kubernetes that docs/upgrading.md promises. Keep in step with kubernetes-oldest/go.mod. */
  oldestKubernetes: 'v1.30.0',
  /** helm, which renders and installs the chart. Keep in step with helm/go.mod. */
  helm: 'v4.3.1',
  /** actionlint, which judges the workflows in .github. Keep in step with actionlint/go.mod. */
  actionlint: 'v1.7.12',
  /** Prometheus: promtool and the server, by which alerts and dashboard are tried. */
  prometheus: '3.16.0',
  /** The AWS CLI. Keep in step with aws-cli/requirements.txt. */
  awsCli: '1.46.3',
  /** moto, the AWS emulator. Keep in step with moto/requirements.txt. */
  moto: '5.2.5',
} as const;
