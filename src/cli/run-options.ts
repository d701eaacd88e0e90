import { parseListenAddress } from '../runtime/http/address.ts';
import { logFormats, logLevels } from '../runtime/log.ts';
import type { Option, Values } from './config.ts';
import { choice, duration, flag, integer, required, tags, text, texts } from './option-types.ts';

/** An address to serve HTTP on, as text the server parses again. */
const address = (help: string, value: string): Option<string> => ({
  help,
  default: value,
  takes: '<host:port>',
  parse([given = value]) {
    parseListenAddress(given);
    return given;
  },
});

/** Everything `mooring run` can be told. */
export const runOptions = {
  kubeconfig: text({
    takes: '<file>',
    help: 'kubeconfig to use; without it the pod’s service account, else KUBECONFIG or ~/.kube/config',
  }),
  'cluster-name': required({
    takes: '<name>',
    help: 'this cluster’s name, unique among the clusters that use the same AWS accounts; written on every resource',
    hint: '1 to 63 letters, digits, dots and dashes, unique per AWS account, such as prod-eu',
    pattern: /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/,
  }),
  'rename-from': text({
    takes: '<name>',
    help: 'the cluster name recorded so far, to change it to --cluster-name',
  }),
  region: text({
    takes: '<region>',
    help: 'AWS region of objects that name none; without it AWS_REGION',
    pattern: /^[a-z]{2,4}(-[a-z]+){1,3}-[0-9]{1,2}$/,
    hint: 'an AWS region such as eu-central-1',
  }),
  'aws-endpoint-url': text({
    takes: '<url>',
    help: 'endpoint of every AWS service, for an emulator',
    pattern: /^https?:\/\/[^\s]+$/,
    hint: 'a URL such as http://127.0.0.1:5000',
  }),
  'allow-endpoints': flag(
    'let an AWSAccount say where AWS is called; whoever answers there sees what is signed',
  ),
  'require-account': flag(
    'use the operator’s own credentials for no object, not even while there is no AWSAccount',
  ),
  'token-directory': text({
    takes: '<directory>',
    help: 'where the token files may be that an AWSAccount names; without it there are none',
    pattern: /^\//,
    hint: 'an absolute path such as /var/run/secrets/mooring',
  }),
  namespace: texts({
    takes: '<namespace>',
    help: 'look only at objects in this namespace',
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    hint: 'a namespace’s name',
  }),
  selector: text({
    takes: '<labels>',
    help: 'look only at objects with these labels, such as team=web,env!=dev',
  }),
  kinds: texts({ takes: '<kind>', help: 'manage only this kind, such as ElasticIP' }),
  'enable-access-keys': flag(
    'manage IAMAccessKeys, too: needs create, patch and delete on Secrets in the namespaces that have them',
  ),
  concurrency: integer({
    help: 'objects of one kind reconciled at once',
    default: '20',
    least: 1,
    most: 500,
  }),
  resync: duration({ help: 'between two sweeps for drift', default: '10m', least: '10s' }),
  'health-interval': duration({
    help: 'between two looks at the health of selected instances',
    default: '15s',
    least: '1s',
  }),
  'idle-address-warning': flag(
    'tell of addresses that have been associated with nothing for a day; --no-idle-address-warning turns it off',
    'on',
  ),
  'leader-elect': flag('run only while holding the Lease, so that further replicas can stand by'),
  'operator-namespace': text({
    takes: '<namespace>',
    help: 'where the Lease and the record of the cluster’s name live; without it the pod’s own, else mooring-system',
  }),
  'metrics-address': address('where /metrics is served; 0 turns it off', ':8080'),
  'metrics-cert-directory': text({
    takes: '<directory>',
    help: 'serve /metrics by HTTPS with the tls.crt and tls.key in it, which are read again when they change',
  }),
  'metrics-authentication': flag(
    'answer /metrics only to whose bearer token the API server knows and lets get the URL; needs --metrics-cert-directory',
  ),
  'health-address': address('where /healthz and /readyz are served; 0 turns it off', ':8081'),
  'default-tag': tags('tag on every AWS resource, which a manifest may override'),
  'max-deletions': integer({
    help: 'objects whose AWS resource may be deleted within ten minutes; further ones wait. The retention of an ImageSchedule keeps to a pace of its own, and 0 holds that, too',
    default: '20',
    least: 0,
    most: 1_000_000,
  }),
  'read-only': flag('write nothing to AWS: what would be done is shown in status.drift'),
  'grace-period': duration({
    help: 'how long running work may take to end on SIGTERM',
    default: '20s',
    least: '0s',
  }),
  'log-level': choice({ help: 'least severe lines to log', default: 'info', words: logLevels }),
  'log-format': choice({ help: 'json for machines, pretty for people', default: 'json', words: logFormats }),
} as const;

export type RunConfig = Values<typeof runOptions>;
