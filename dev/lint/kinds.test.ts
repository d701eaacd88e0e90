import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';

const root = join(import.meta.dirname, '..', '..');

const rule = z.object({
  options: z.object({ patterns: z.array(z.object({ group: z.array(z.string()) })) }),
});
const config = z.object({
  overrides: z.array(
    z.object({
      includes: z.array(z.string()),
      linter: z.object({ rules: z.object({ style: z.object({ noRestrictedImports: rule.optional() }) }) }),
    }),
  ),
});

/** What the linter lets no file of a kind import. */
function refused(): string[] {
  const { overrides } = config.parse(JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8')));
  const own = overrides.filter(({ includes }) => includes.includes('src/kinds/**'));
  return own.flatMap(({ linter }) =>
    (linter.rules.style.noRestrictedImports?.options.patterns ?? []).flatMap(({ group }) => group),
  );
}

it('no kind imports another: the linter knows the folder of each, once, from however deep in another', () => {
  const folders = readdirSync(join(root, 'src', 'kinds'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `../**/${name}/**`);
  const named = refused().filter((pattern) => pattern.startsWith('../'));
  expect(named.toSorted()).toEqual(folders.toSorted());
});
