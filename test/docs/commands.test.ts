import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { documents, read, root } from '../../dev/docs/documents.ts';
import { codeBlocksOf, inlineCodeOf } from '../../dev/docs/markdown.ts';

/** What the documents say to type exists: scripts of npm, commands of mooring, and their options as `--help` has them. */

const scripts = Object.keys(
  z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json'))).scripts,
);

interface Typed {
  readonly document: string;
  /** One command, its words as a shell would split them; without `$ `. */
  readonly words: readonly string[];
}

const commandsIn = (document: string): Typed[] => {
  const markdown = read(document);
  const blocks = codeBlocksOf(markdown).filter(({ language }) => ['sh', 'console'].includes(language));
  const lines = blocks.flatMap(({ text }) => text.replaceAll(/\\\n\s*/g, '').split('\n'));
  return [...lines, ...inlineCodeOf(markdown)]
    .map((line) =>
      line
        .replace(/^\s*\$ /, '')
        .replace(/\s#.*$/, '')
        .trim()
        .split(/\s+/),
    )
    .map((words) => ({ document, words }));
};

const typed = documents.flatMap(commandsIn);
const startOf = ({ words }: Typed, ...prefix: string[]): boolean =>
  prefix.every((word, at) => words[at] === word);

/** `mooring run …`, however it is started. */
const ofMooring = typed.flatMap((command): Typed[] => {
  const { document, words } = command;
  if (startOf(command, 'mooring') && words.length > 1) return [{ document, words: words.slice(1) }];
  if (startOf(command, 'npm', 'start', '--')) return [{ document, words: words.slice(3) }];
  return [];
});

const optionsOf = (words: readonly string[]): string[] =>
  words.filter((word) => word.startsWith('--')).map((word) => word.split('=')[0] ?? word);

const help = new Map<string, Set<string>>();
const nameOf = (option: string): string => option.replace(/^--no-/, '--');

/** `mooring --help` tells of all commands, each with its options. */
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [join(root, 'src', 'main.ts'), '--help']);
  for (const section of stdout.split(/^mooring (?=\w+ \[options\])/m).slice(1)) {
    const [command = ''] = section.split(' ');
    const options = (section.match(/^ {2}--[\w-]+/gm) ?? []).map((line) => line.trim());
    help.set(command, new Set(['--help', ...options]));
  }
}, 60_000);

describe('what the documents say to type', () => {
  it('with mooring is a command of it, with options that it has', () => {
    const unknown = ofMooring.flatMap(({ document, words: [command = '', ...words] }) => {
      const options = help.get(command);
      if (!options) return [`${document}: mooring ${command}`];
      return optionsOf(words)
        .filter((option) => !options.has(option) && !options.has(nameOf(option)))
        .map((option) => `${document}: mooring ${command} ${option}`);
    });
    expect(unknown).toEqual([]);
    expect(ofMooring.length).toBeGreaterThan(5);
  });

  it('as an option by itself is one of mooring’s', () => {
    const all = new Set([...help.values()].flatMap((options) => [...options]));
    const alone = typed.filter(({ words: [word = ''] }) => /^--[a-z]/.test(word));
    const unknown = alone.flatMap(({ document, words }) =>
      optionsOf(words.slice(0, 1))
        .filter((option) => !all.has(option) && !all.has(nameOf(option)))
        .map((option) => `${document}: ${option}`),
    );
    expect(unknown.filter((place) => !ofOtherTools.has(place.replace(/^.*: /, '')))).toEqual([]);
  });

  it('with npm is a script of package.json', () => {
    const asked = typed
      .filter(({ words: [tool, verb] }) => tool === 'npm' && verb !== 'install' && verb !== 'version')
      .map(({ document, words: [, verb = '', script = ''] }) => ({
        document,
        name: verb === 'run' ? script : verb,
      }));
    const unknown = asked.filter(({ name }) => !scripts.includes(name) && name !== '…');
    expect(unknown).toEqual([]);
  });
});

/** Of helm, and of development's own scripts. */
const ofOtherTools = new Set(['--set', '--check', '--keep']);
