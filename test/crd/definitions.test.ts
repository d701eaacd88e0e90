import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { definitions } from '../../src/kinds/definitions.ts';
import { type Author, type Manifest, manifestAuthor, refusals } from './author.ts';
import { definitionTests } from './definition-tests.ts';

const root = join(import.meta.dirname, '..', '..');

let author: Author;
beforeAll(async () => {
  author = await manifestAuthor();
});
afterAll(() => author.leave());

// An AWSAccount is the whole cluster's: it has a control plane of its own (test/aws-account).
describe.each(definitions.filter(({ scope }) => scope === 'Namespaced'))('$kind', (definition) => {
  definitionTests(definition, () => author);
});

const manifestSchema = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
});

const examples = readdirSync(join(root, 'examples'))
  .filter((name) => name.endsWith('.yaml'))
  .flatMap((name) =>
    parseAllDocuments(readFileSync(join(root, 'examples', name), 'utf8')).map(
      (document): [string, Manifest] => [name, manifestSchema.parse(document.toJS())],
    ),
  )
  .map(([name, example]): [string, string, Manifest] => [name, example.kind, example]);

describe('examples/', () => {
  const ours = examples.filter(([, , { apiVersion }]) => apiVersion === 'mooring.dev/v1alpha1');

  it.each(ours)('%s: %s', async (_, kind, example) => {
    const plural = definitions.find((definition) => definition.kind === kind)?.plural ?? '';
    expect(refusals(await author.create(plural, example, 'All'))).toEqual([]);
    expect(refusals(await author.apply(plural, example, 'All'))).toEqual([]);
  });

  it('shows the first kind', () => {
    expect(ours.map(([, kind]) => kind)).toContain('ElasticIP');
  });
});
