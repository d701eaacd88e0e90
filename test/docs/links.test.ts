import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

const documents = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].concat(
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
);

/** What is no example of code. */
const prose = (markdown: string): string =>
  markdown
    .replaceAll(/^(```|~~~).*?^\1/gms, '')
    .replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll('](', ''));

const linksOf = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** As GitHub names a heading. */
const anchorsOf = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

/** What is wrong with a link of `document`; undefined if nothing. */
function fault(document: string, link: string): string | undefined {
  const [path = '', anchor] = link.split('#');
  const target = path ? resolve(root, dirname(document), path) : join(root, document);
  if (relative(root, target).startsWith('..')) return `${link} leads out of the repository`;
  if (!existsSync(target)) return `${link} leads to nothing`;
  if (anchor === undefined || statSync(target).isDirectory()) return undefined;
  return anchorsOf(readFileSync(target, 'utf8')).includes(anchor) ? undefined : `${link} names no heading`;
}

describe('links', () => {
  it.each(documents)('of %s lead somewhere', (document) => {
    const links = linksOf(readFileSync(join(root, document), 'utf8'));
    expect(links.map((link) => fault(document, link)).filter((found) => found !== undefined)).toEqual([]);
  });

  it('are found', () => {
    const markdown =
      '[a](b.md) `[c](d.md)` ![e](f.svg "g") [h](https://example.com)\n```\n[i](j.md)\n```\n[k](#l)';
    expect(linksOf(markdown)).toEqual(['b.md', 'f.svg', '#l']);
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
