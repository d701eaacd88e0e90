import { createAws } from '../aws/index.ts';
import { awsAccountDefinition } from '../kinds/aws-account/spec.ts';
import { createKinds } from '../kinds/index.ts';
import { requireAccount } from '../runtime/accounts/require-account.ts';
import { createClient } from '../runtime/kubernetes/client.ts';
import { createTransport } from '../runtime/kubernetes/transport.ts';
import { accountPlacement } from '../runtime/plan/account-placement.ts';
import { type ClusterView, type Manifest, referenceTo, viewCluster } from '../runtime/plan/cluster-view.ts';
import { type PlannedObject, planObject } from '../runtime/plan/plan-object.ts';
import { createSecretLook } from '../runtime/reconcile/secret-writes.ts';
import { offered } from './chosen-kinds.ts';
import type { Values } from './config.ts';
import type { Host } from './host.ts';
import { manifestsIn } from './manifests.ts';
import { choice, text, texts } from './option-types.ts';
import { runOptions } from './run-options.ts';
import { sessionNameOf } from './session-name.ts';

const { kubeconfig, region, namespace, kinds } = runOptions;

/** Everything `mooring plan` can be told. What it shares with `run` has to be said as it is there. */
export const planOptions = {
  filename: texts({
    takes: '<file>',
    short: 'f',
    help: 'plan only the objects in this file of manifests, as they would be once applied; without it those in the cluster',
  }),
  kubeconfig,
  'cluster-name': runOptions['cluster-name'],
  'operator-namespace': runOptions['operator-namespace'],
  region,
  'allow-endpoints': runOptions['allow-endpoints'],
  'require-account': runOptions['require-account'],
  'token-directory': runOptions['token-directory'],
  'aws-endpoint-url': runOptions['aws-endpoint-url'],
  namespace,
  kinds,
  'enable-access-keys': runOptions['enable-access-keys'],
  'default-tag': runOptions['default-tag'],
  'field-manager': text({
    takes: '<name>',
    help: 'in whose name the file would be applied: a field that this manager no longer names is taken off',
    default: 'kubectl',
  }),
  output: choice({
    short: 'o',
    help: 'text for people, json for machines',
    default: 'text',
    words: ['text', 'json'],
  }),
} as const;

export type PlanConfig = Values<typeof planOptions>;

/**
 * What the operator would do next for each object, without doing it: AWS is only read, and Kubernetes is asked
 * for a dry run. `note` is told what of a file is not planned. Throws UsageError, KubernetesError.
 */
export async function plan(
  config: PlanConfig,
  host: Host,
  readFile: (name: string) => string,
  note: (text: string) => void,
): Promise<readonly PlannedObject[]> {
  const { clock, logger, random, userAgent } = host;
  const place = config.region ?? host.region;
  const endpointUrl = config['aws-endpoint-url'];
  const tokenDirectory = config['token-directory'];
  const aws = createAws({
    clock,
    random,
    userAgent,
    ...(place === undefined ? {} : { region: place }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
    ...(tokenDirectory === undefined ? {} : { tokenDirectory }),
    sessionName: sessionNameOf(config['cluster-name']),
  });
  const transport = createTransport({
    clock,
    logger,
    userAgent,
    kubeconfig: config.kubeconfig ?? host.kubeconfig,
  });
  const client = createClient(transport);
  const every = createKinds(aws, {
    cluster: config['cluster-name'],
    lookAtSecret: createSecretLook(client),
    idleAfter: undefined,
    healthEvery: 60_000,
    ...(host.overrides?.visibleAfter === undefined ? {} : { visibleAfter: host.overrides.visibleAfter }),
  });
  try {
    const chosen = offered(every, config.kinds, config['enable-access-keys']);
    // One that runs only on request need not be installed.
    const all = every.filter((kind) => !kind.definition.onRequest || chosen.includes(kind));
    const manifests = config.filename.flatMap((name) =>
      manifestsIn(
        { name, text: readFile(name) },
        { kinds: chosen, namespace: config.namespace[0] ?? 'default', note },
      ),
    );
    const view = await viewCluster(
      {
        client,
        kinds: all,
        namespaces: config.namespace,
        fieldManager: config['field-manager'] ?? 'kubectl',
      },
      manifests,
    );
    const objects = config.filename.length > 0 ? named(view, manifests) : view.objects;
    const resolvePlacement = accountPlacement({
      definition: awsAccountDefinition,
      client,
      namespace: config['operator-namespace'] ?? host.namespace,
      sessions: aws.accounts,
      own: config['require-account'] ? requireAccount : aws.resolvePlacement,
      region: place,
      allowEndpoints: config['allow-endpoints'],
    });
    const wanted = objects.filter(({ kind }) => chosen.includes(kind));
    return await Promise.all(
      wanted.map((placed) =>
        planObject(
          {
            clock,
            newToken: host.newToken,
            cluster: config['cluster-name'],
            defaultTags: config['default-tag'],
            resolvePlacement,
            references: (_, references) => view.references(references),
            siblings: (one) => view.siblingsOf(one),
            offspring: {
              of: (parent) => view.childrenOf(placed.kind, parent),
              write: () => Promise.reject(new Error('a plan writes nothing')),
            },
          },
          placed,
        ),
      ),
    );
  } finally {
    aws.close();
    await transport.close();
  }
}

const named = (view: ClusterView, manifests: readonly Manifest[]): ClusterView['objects'] =>
  view.objects.filter((placed) => {
    const { kind, namespace, name } = referenceTo(placed);
    return manifests.some(
      (manifest) =>
        manifest.kind.definition.kind === kind && manifest.namespace === namespace && manifest.name === name,
    );
  });
