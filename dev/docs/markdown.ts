/** What the tests of the documents read out of Markdown. */

export interface CodeBlock {
  /** The first word after the fence, such as `yaml`; empty where there is none. */
  readonly language: string;
  readonly text: string;
  /** The line its text begins on, from 1. */
  readonly line: number;
}

const fence = /^(`{3,}|~{3,})([^\n`]*)\n(.*?)^\1 *$/gms;

/** In their order. */
export const codeBlocksOf = (markdown: string): CodeBlock[] =>
  [...markdown.matchAll(fence)].map(({ 2: info = '', 3: text = '', index }) => ({
    language: info.trim().split(/\s/)[0] ?? '',
    text,
    line: markdown.slice(0, index).split('\n').length + 1,
  }));

/** What is no example of code. */
export const prose = (markdown: string): string =>
  markdown.replaceAll(fence, '').replaceAll(/`[^`\n]*`/g, (code) => code.replaceAll('](', ''));

/** Between single backquotes, in their order. */
export const inlineCodeOf = (markdown: string): string[] =>
  [...markdown.replaceAll(fence, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);

/** The targets of links within the repository. */
export const linksOf = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/\]\(([^)\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target));

/** Without their `#`s. */
export const headingsOf = (markdown: string): string[] =>
  [...prose(markdown).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);

/** As GitHub names a heading. */
export const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
