/**
 * The manifests for Argo CD and Flux name one chart, in the version of this repository, with values that it takes. Their
 * own schemas are not asked: neither project's CRDs are here.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { manifestsOf, render, repository } from '../support/chart.ts';

const read = (...path: readonly string[]) =>
  manifestsOf(readFileSync(join(repository, 'deploy', 'gitops', ...path), 'utf8'));
const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')));

const values = z.record(z.string(), z.unknown());

it('Argo CD: the chart’s Application', async () => {
  const application = z
    .object({
      spec: z.object({
        source: z.object({
          repoURL: z.string(),
          chart: z.string(),
          targetRevision: z.string(),
          helm: z.object({ valuesObject: values }),
        }),
        destination: z.object({ namespace: z.string() }),
      }),
    })
    .parse(read('argocd', 'operator.yaml')[0]);
  const { source, destination } = application.spec;
  expect(source).toMatchObject({
    repoURL: 'ghcr.io/mooring-dev/charts',
    chart: 'mooring',
    targetRevision: version,
  });
  const objects = await render(source.helm.valuesObject, destination);
  const crds = objects.filter(({ kind }) => kind === 'CustomResourceDefinition');
  expect(crds.length).toBeGreaterThan(4);
  for (const crd of crds) {
    expect(crd.metadata.annotations).toEqual({
      'helm.sh/resource-policy': 'keep',
      'argocd.argoproj.io/sync-wave': '-1',
      'argocd.argoproj.io/sync-options': 'Prune=false,Delete=false',
    });
  }
});

it('Flux: the chart’s HelmRelease, and what waits for it', async () => {
  const [namespace, repositoryObject, release] = read('flux', 'operator.yaml');
  expect(repositoryObject).toMatchObject({
    kind: 'OCIRepository',
    spec: { url: 'oci://ghcr.io/mooring-dev/charts/mooring', ref: { tag: version } },
  });
  const { spec } = z
    .object({ spec: z.object({ chartRef: z.object({ kind: z.string(), name: z.string() }), values }) })
    .parse(release);
  expect(spec.chartRef).toEqual({ kind: repositoryObject?.kind, name: repositoryObject?.metadata.name });
  const objects = await render(spec.values, { namespace: namespace?.metadata.name ?? '' });

  const [first, second] = read('flux', 'kustomizations.yaml').map((one) =>
    z
      .looseObject({
        metadata: z.object({ name: z.string() }),
        spec: z.object({
          dependsOn: z.array(z.object({ name: z.string() })).optional(),
          wait: z.boolean().optional(),
          healthChecks: z
            .array(z.object({ kind: z.string(), name: z.string(), namespace: z.string() }))
            .optional(),
        }),
      })
      .parse(one),
  );
  expect(second?.spec).toMatchObject({ wait: true, dependsOn: [{ name: first?.metadata.name }] });
  const there = [...objects, ...read('flux', 'operator.yaml')];
  for (const { kind, name, namespace: where } of first?.spec.healthChecks ?? []) {
    expect(
      there.filter(
        (one) => one.kind === kind && one.metadata.name === name && one.metadata.namespace === where,
      ),
    ).toHaveLength(1);
  }
});
