import { expect, it } from 'vitest';
import { everything, renderText, type Values } from '../support/chart.ts';

/** CRDs have tests of their own; here they would be all there is to see. */
const without = { crds: { install: false } };

const sets: readonly [what: string, values: Values][] = [
  ['the defaults', { clusterName: 'prod' }],
  ['everything', everything],
  [
    'in two namespaces, of two kinds',
    {
      clusterName: 'prod',
      watch: { namespaces: ['web', 'shop'], kinds: ['Image', 'ImageSchedule'], selector: 'team=web' },
    },
  ],
  [
    'with a role by IRSA, and a pod of the reader’s own',
    {
      clusterName: 'prod',
      replicas: 1,
      leaderElection: { enabled: false },
      aws: {
        region: 'eu-central-1',
        roleArn: 'arn:aws:iam::111122223333:role/mooring',
        defaultTags: { team: 'platform', 'cost center': '1' },
      },
      readOnly: true,
      priorityClassName: 'system-cluster-critical',
      extraArgs: ['--no-idle-address-warning'],
      extraEnv: [{ name: 'HTTPS_PROXY', value: 'http://proxy:3128' }],
      extraVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
      extraVolumeMounts: [{ name: 'ca', mountPath: '/ca', readOnly: true }],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      tolerations: [{ key: 'system', operator: 'Exists' }],
      imagePullSecrets: [{ name: 'registry' }],
      podLabels: { team: 'platform' },
      topologySpreadConstraints: [],
    },
  ],
];

it.each(sets)('%s', async (_, values) => {
  expect(await renderText({ ...values, ...without })).toMatchSnapshot();
});
