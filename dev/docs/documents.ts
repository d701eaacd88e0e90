import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

const filesIn = (directory: string, ending: RegExp): string[] =>
  readdirSync(join(root, directory), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name))
    .map((name) => join(directory, name))
    .sort();

/** Every document a reader may open, as a path from the root. */
export const documents: readonly string[] = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  'CHANGELOG.md',
  ...filesIn('docs', /\.md$/),
];

/** Manifests to be applied as they are. */
export const examples: readonly string[] = filesIn('examples', /\.yaml$/);

export const read = (document: string): string => readFileSync(join(root, document), 'utf8');
