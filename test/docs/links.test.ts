import { existsSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents, read, root } from '../../dev/docs/documents.ts';
import { anchorOf, headingsOf, linksOf } from '../../dev/docs/markdown.ts';

/** What is wrong with a link of `document`; undefined if nothing. */
function fault(document: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path ? resolve(root, dirname(document), path) : join(root, document);
  if (relative(root, target).startsWith('..')) return `${link} leads out of the repository`;
  if (!existsSync(target)) return `${link} leads to nothing`;
  if (anchor === undefined || statSync(target).isDirectory()) return undefined;
  const anchors = headingsOf(read(relative(root, target))).map(anchorOf);
  return anchors.includes(anchor) ? undefined : `${link} names no heading`;
}

describe('links', () => {
  it.each(documents)('of %s lead somewhere', (document) => {
    const faults = linksOf(read(document)).map((link) => fault(document, link));
    expect(faults.filter((found) => found !== undefined)).toEqual([]);
  });

  it.each([
    ['src/no-such.ts', 'src/no-such.ts leads to nothing'],
    ['../elsewhere', '../elsewhere leads out of the repository'],
    ['ARCHITECTURE.md#no-such', 'ARCHITECTURE.md#no-such names no heading'],
    ['ARCHITECTURE.md#the-tree-by-the-flow', undefined],
  ])('to %s: %s', (link, found) => {
    expect(fault('README.md', link)).toBe(found);
  });
});

describe('the map of the documents', () => {
  it('has every page under docs/', () => {
    const listed = linksOf(read('docs/README.md')).map((link) => join('docs', link.split('#')[0] ?? ''));
    const pages = documents.filter((one) => one.startsWith('docs/') && one !== 'docs/README.md');
    expect(pages.filter((page) => !listed.includes(page))).toEqual([]);
  });
});
