import type { ExampleSpecs } from '../../src/core/crd/examples.ts';
import { shownManifests } from './manifests.ts';

/** What the recipes and examples declare, by kind. */
export function exampleSpecs(): ExampleSpecs {
  const recipes = shownManifests().filter(({ document }) => /^(docs\/kinds|examples)\//.test(document));
  const byKind = Map.groupBy(recipes, ({ manifest }) => manifest.kind);
  return new Map(
    [...byKind].map(([kind, shown]) => [
      kind,
      shown.flatMap(({ manifest: { spec } }) => (spec ? [spec] : [])),
    ]),
  );
}
