import type { Values } from '../support/chart.ts';

/** Every value of the chart, given: by its path in values.yaml, with whatever else it needs. */
export const toggles: Readonly<Record<string, Values>> = {
  renameFrom: { renameFrom: 'prod-old' },
  nameOverride: { nameOverride: 'aws' },
  fullnameOverride: { fullnameOverride: 'aws-operator' },
  'image.repository': { image: { repository: 'registry.example.com:5000/mooring' } },
  'image.tag': { image: { tag: 'v9.9.9' } },
  'image.digest': { image: { digest: `sha256:${'0'.repeat(64)}` } },
  'image.pullPolicy': { image: { pullPolicy: 'Always' } },
  imagePullSecrets: { imagePullSecrets: [{ name: 'registry' }] },
  replicas: { replicas: 3 },
  'aws.region': { aws: { region: 'us-gov-east-1' } },
  'aws.roleArn': { aws: { roleArn: 'arn:aws-us-gov:iam::111122223333:role/platform/mooring' } },
  'aws.endpointUrl': { aws: { endpointUrl: 'http://moto.default:5000' } },
  'aws.defaultTags': { aws: { defaultTags: { 'cost center': 'a=b, "c"', n: '1' } } },
  'accounts.required': { accounts: { required: true } },
  'accounts.readSecrets': { accounts: { readSecrets: false } },
  'accounts.requestTokens': { accounts: { requestTokens: false } },
  'accounts.tokenDirectory': { accounts: { tokenDirectory: '/var/run/secrets/mooring' } },
  'accounts.allowEndpoints': { accounts: { allowEndpoints: true } },
  'accessKeys.namespaces': { accessKeys: { namespaces: ['default', 'kube-public'] } },
  'watch.namespaces': { watch: { namespaces: ['default', 'kube-public'] } },
  'watch.selector': { watch: { selector: 'team in (web, shop),env!=dev' } },
  'watch.kinds': { watch: { kinds: ['ElasticIP', 'Image', 'ImageSchedule'] } },
  readOnly: { readOnly: true },
  maxDeletions: { maxDeletions: 1_000_000 },
  concurrency: { concurrency: 50 },
  resync: { resync: '1h30m' },
  healthInterval: { healthInterval: '5s' },
  idleAddressWarning: { idleAddressWarning: false },
  gracePeriodSeconds: { gracePeriodSeconds: 60 },
  'leaderElection.enabled': { leaderElection: { enabled: false }, replicas: 1 },
  'log.level': { log: { level: 'debug' } },
  'log.format': { log: { format: 'pretty' } },
  'crds.install': { crds: { install: false } },
  'crds.annotations': { crds: { annotations: { 'argocd.argoproj.io/sync-wave': '-1' } } },
  'serviceAccount.create': { serviceAccount: { create: false } },
  'serviceAccount.name': { serviceAccount: { name: 'aws' } },
  'serviceAccount.annotations': {
    serviceAccount: { annotations: { 'eks.amazonaws.com/sts-regional-endpoints': 'true' } },
  },
  'serviceAccount.labels': { serviceAccount: { labels: { team: 'platform' } } },
  'rbac.create': { rbac: { create: false } },
  'userRoles.create': { userRoles: { create: false } },
  'userRoles.aggregate': { userRoles: { aggregate: false } },
  deploymentAnnotations: { deploymentAnnotations: { 'example.com/owner': 'platform' } },
  podAnnotations: { podAnnotations: { 'example.com/owner': 'platform' } },
  podLabels: { podLabels: { team: 'platform' } },
  commonLabels: { commonLabels: { team: 'platform' } },
  resources: { resources: { limits: { cpu: '1', memory: '1Gi' } } },
  podSecurityContext: { podSecurityContext: { fsGroup: 1000, supplementalGroups: [2000] } },
  securityContext: { securityContext: { runAsUser: 1000 } },
  priorityClassName: { priorityClassName: 'system-cluster-critical' },
  nodeSelector: { nodeSelector: { 'kubernetes.io/os': 'linux' } },
  tolerations: { tolerations: [{ key: 'system', operator: 'Exists', effect: 'NoSchedule' }] },
  affinity: {
    affinity: {
      podAntiAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: [
          { weight: 1, podAffinityTerm: { topologyKey: 'kubernetes.io/hostname', labelSelector: {} } },
        ],
      },
    },
  },
  topologySpreadConstraints: {
    topologySpreadConstraints: [{ topologyKey: 'rack', maxSkew: 2, whenUnsatisfiable: 'DoNotSchedule' }],
  },
  hostNetwork: { hostNetwork: true },
  dnsPolicy: { dnsPolicy: 'ClusterFirstWithHostNet' },
  'podDisruptionBudget.enabled': { podDisruptionBudget: { enabled: false } },
  'podDisruptionBudget.maxUnavailable': { podDisruptionBudget: { maxUnavailable: '50%' } },
  extraArgs: { extraArgs: ['--no-idle-address-warning'] },
  extraEnv: { extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }] },
  extraVolumes: {
    extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
    extraVolumeMounts: [{ name: 'ca', mountPath: '/ca' }],
  },
  extraVolumeMounts: {
    extraVolumes: [{ name: 'tmp', emptyDir: {} }],
    extraVolumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
  },
  'health.port': { health: { port: 9081 } },
  'metrics.enabled': { metrics: { enabled: false } },
  'metrics.port': { metrics: { port: 9080 } },
  'metrics.tls.secretName': {
    metrics: { tls: { secretName: 'metrics-tls' }, serviceMonitor: { enabled: true } },
  },
  'metrics.authentication': { metrics: { tls: { secretName: 'metrics-tls' }, authentication: true } },
  'metrics.service.annotations': {
    metrics: { service: { annotations: { 'prometheus.io/scrape': 'true' } } },
  },
  'metrics.service.labels': { metrics: { service: { labels: { scrape: 'yes' } } } },
  'metrics.serviceMonitor.enabled': { metrics: { serviceMonitor: { enabled: true } } },
  'metrics.serviceMonitor.labels': {
    metrics: { serviceMonitor: { enabled: true, labels: { release: 'prometheus' } } },
  },
  'metrics.serviceMonitor.interval': { metrics: { serviceMonitor: { enabled: true, interval: '1m' } } },
  'metrics.serviceMonitor.scrapeTimeout': {
    metrics: { serviceMonitor: { enabled: true, scrapeTimeout: '30s' } },
  },
  'metrics.serviceMonitor.tlsConfig': {
    metrics: {
      tls: { secretName: 'metrics-tls' },
      serviceMonitor: {
        enabled: true,
        tlsConfig: { serverName: 'mooring', ca: { secret: { name: 'metrics-tls', key: 'ca.crt' } } },
      },
    },
  },
  'metrics.serviceMonitor.authorization': {
    metrics: {
      tls: { secretName: 'metrics-tls' },
      authentication: true,
      serviceMonitor: { enabled: true, authorization: { credentials: { name: 'prometheus', key: 'token' } } },
    },
  },
  'metrics.serviceMonitor.relabelings': {
    metrics: { serviceMonitor: { enabled: true, relabelings: [{ action: 'labeldrop', regex: 'pod' }] } },
  },
  'metrics.serviceMonitor.metricRelabelings': {
    metrics: {
      serviceMonitor: {
        enabled: true,
        metricRelabelings: [{ action: 'drop', sourceLabels: ['__name__'], regex: 'nodejs_.*' }],
      },
    },
  },
  'metrics.prometheusRule.enabled': { metrics: { prometheusRule: { enabled: true } } },
  'metrics.prometheusRule.labels': {
    metrics: { prometheusRule: { enabled: true, labels: { release: 'prometheus' } } },
  },
  'metrics.dashboard.enabled': { metrics: { dashboard: { enabled: true } } },
  'metrics.dashboard.namespace': { metrics: { dashboard: { enabled: true, namespace: 'default' } } },
  'metrics.dashboard.labels': { metrics: { dashboard: { enabled: true, labels: { dashboards: 'yes' } } } },
  'metrics.dashboard.annotations': {
    metrics: { dashboard: { enabled: true, annotations: { folder: 'AWS' } } },
  },
  'networkPolicy.enabled': { networkPolicy: { enabled: true } },
  'networkPolicy.ingressFrom': {
    networkPolicy: {
      enabled: true,
      ingressFrom: [{ namespaceSelector: { matchLabels: { name: 'monitoring' } } }],
    },
  },
  'networkPolicy.apiServerPorts': { networkPolicy: { enabled: true, apiServerPorts: [16443] } },
  'networkPolicy.egressTo': { networkPolicy: { enabled: true, egressTo: ['10.0.0.0/8'] } },
  'networkPolicy.extraEgress': {
    networkPolicy: { enabled: true, extraEgress: [{ ports: [{ port: 5000, protocol: 'TCP' }] }] },
  },
};
