import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type Manifest, shownManifests } from '../../dev/docs/manifests.ts';
import { definitions } from '../../src/kinds/definitions.ts';
import { type AwsBefore, awsBefore } from './aws-before.ts';
import { createWorld, type World } from './world.ts';

/**
 * Each manifest of the guides is applied, and what it declares is there: `Ready`, in an AWS that has what it needs.
 * Applied once more, as Argo CD and Flux do all the time, it changes nothing.
 * An AWSAccount is of the whole cluster, which all suites share: those of the guides are only shown to the API server.
 */

const applied = new Set(definitions.filter(({ scope }) => scope === 'Namespaced').map(({ kind }) => kind));
const guides = shownManifests().filter(
  ({ document, manifest }) => /^docs\/(kinds|migrating)\//.test(document) && applied.has(manifest.kind),
);
const pages = [...Map.groupBy(guides, ({ document }) => document)].map(
  ([page, shown]) => [page, shown.map(({ manifest }) => manifest)] as const,
);

/** Referred to by a recipe, and declared on another page. */
const alsoNeeded: Readonly<Record<string, readonly Manifest[]>> = {
  'docs/kinds/kms-key.md': [
    {
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'IAMRole',
      metadata: { name: 'orders' },
      spec: { trust: [{ service: ['ec2.amazonaws.com'] }] },
    },
  ],
};

const namespaceOf = (page: string): string =>
  `${page.replace(/\.md$/, '').replaceAll('/', '-')}-${process.pid}`;
/** As the pages have it. */
const region = 'eu-central-1';

let world: World;
let aws: AwsBefore;
beforeAll(async () => {
  world = await createWorld(
    inject('cluster'),
    pages.map(([page]) => namespaceOf(page)),
    region,
  );
  aws = awsBefore(world.awsUrl, region);
  await aws.runSelected();
}, 120_000);
afterAll(async () => {
  aws[Symbol.dispose]();
  await world[Symbol.asyncDispose]();
});

it.each(pages)('%s', { timeout: 180_000, retry: 0 }, async (page, recipes) => {
  const namespace = namespaceOf(page);
  const samples = await aws.samples();
  const manifests: Manifest[] = [];
  for (const recipe of [...(alsoNeeded[page] ?? []), ...recipes])
    manifests.push(await localized(recipe, samples));
  for (const manifest of manifests) await world.apply(namespace, manifest);
  for (const manifest of manifests) await world.ready(namespace, manifest);
  for (const manifest of manifests) {
    const name = `${manifest.kind} ${manifest.metadata.name}`;
    expect([name, await world.staysWhenApplied(namespace, manifest)]).toEqual([name, true]);
  }

  // What was looked at first is managed from now on.
  const observed = manifests.filter(({ spec }) => spec?.managementPolicy === 'Observe');
  for (const manifest of observed)
    await world.patch(namespace, manifest, { spec: { managementPolicy: 'Manage' } });
  for (const manifest of observed) expect((await world.ready(namespace, manifest)).status?.drift).toEqual([]);
});

/** With the reader's own ids in place of the documents'. */
async function localized(manifest: Manifest, samples: ReadonlyMap<string, string>): Promise<Manifest> {
  const { kind, spec = {} } = manifest;
  const own = typeof spec.adopt === 'string' ? { adopt: await aws.adoptable(kind, spec.adopt) } : {};
  return { ...manifest, spec: { ...replaced(spec, samples), ...own } };
}

function replaced(spec: object, samples: ReadonlyMap<string, string>): object {
  const json = [...samples].reduce(
    (text, [sample, own]) => text.replaceAll(`"${sample}"`, `"${own}"`),
    JSON.stringify(spec),
  );
  return JSON.parse(json);
}
