import { describe, expect, it } from 'vitest';
import { anchorOf, codeBlocksOf, headingsOf, inlineCodeOf, linksOf } from './markdown.ts';

const markdown = [
  '# A `kind`: one',
  '[a](b.md) `[c](d.md)` ![e](f.svg "g") [h](https://example.com)',
  '```yaml',
  '# no heading',
  '[i](j.md)',
  '```',
  '~~~~',
  '```sh',
  'not a block of its own',
  '```',
  '~~~~',
  '[k](#l)',
  '## Second',
].join('\n');

describe('of Markdown', () => {
  it('links are found, but not in code', () => {
    expect(linksOf(markdown)).toEqual(['b.md', 'f.svg', '#l']);
  });

  it('headings are found, but not in code', () => {
    expect(headingsOf(markdown)).toEqual(['A `kind`: one', 'Second']);
  });

  it.each([
    ['A `kind`: one', 'a-kind-one'],
    ['NoHealthyInstance', 'nohealthyinstance'],
    ['Why not ACK or Crossplane?', 'why-not-ack-or-crossplane'],
  ])('%s has the anchor %s', (heading, anchor) => {
    expect(anchorOf(heading)).toBe(anchor);
  });

  it('blocks of code come with their language and line', () => {
    expect(codeBlocksOf(markdown)).toEqual([
      { language: 'yaml', text: '# no heading\n[i](j.md)\n', line: 4 },
      { language: '', text: '```sh\nnot a block of its own\n```\n', line: 8 },
    ]);
  });

  it('inline code is found, but not in blocks', () => {
    expect(inlineCodeOf(markdown)).toEqual(['kind', '[c](d.md)']);
  });
});
