import { expect, it } from 'vitest';
import { namedBaseImages } from './base-images.ts';

it('the Dockerfile names base images in full, and where Node is in the one that runs', async () => {
  const bases = await namedBaseImages();
  expect(bases.nodeImage).toMatch(/^docker\.io\/library\/node:24-/);
  expect(bases.runtimeImage).toMatch(/^gcr\.io\/distroless\/nodejs24-debian\d+:nonroot$/);
  expect(bases.runtimeNode).toBe('/nodejs/bin/node');
});
