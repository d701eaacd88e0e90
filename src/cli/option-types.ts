import { parseDuration } from '../core/duration.ts';
import { isReservedTagKey, type Tags } from '../core/tags.ts';
import type { Option } from './config.ts';

/** The kinds of values that options take. */

interface Text {
  readonly takes: string;
  readonly short?: string;
  readonly help: string;
  readonly default?: string;
  /** With `hint`, what the value has to look like. */
  readonly pattern?: RegExp;
  readonly hint?: string;
}

function accept({ pattern, hint }: Pick<Text, 'pattern' | 'hint'>, value: string): string {
  if (pattern && !pattern.test(value)) throw new Error(`must be ${hint ?? String(pattern)}`);
  return value;
}

export const text = ({ pattern, hint, ...option }: Text): Option<string | undefined> => ({
  ...option,
  parse: ([value]) =>
    value === undefined ? undefined : accept({ ...(pattern && { pattern }), ...(hint && { hint }) }, value),
});

export const required = (option: Text & { readonly hint: string }): Option<string> => ({
  ...option,
  help: `${option.help} (required)`,
  parse: ([value]) => {
    if (value === undefined) throw new Error(`is required: ${option.hint}`);
    return accept(option, value);
  },
});

export const texts = ({ pattern, hint, ...option }: Text): Option<readonly string[]> => ({
  ...option,
  repeatable: true,
  parse: (given) =>
    given.map((value) => accept({ ...(pattern && { pattern }), ...(hint && { hint }) }, value)),
});

/** Off unless given; one that is on by default is turned off with `--no-…`. */
export const flag = (help: string, byDefault: 'on' | 'off' = 'off'): Option<boolean> => ({
  help,
  ...(byDefault === 'on' ? { default: 'true' } : {}),
  parse([value]) {
    if (value === undefined) return false;
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
    throw new Error('must be true or false');
  },
});

/** Milliseconds. */
export const duration = (option: {
  readonly help: string;
  readonly default: string;
  readonly least: string;
}): Option<number> => ({
  help: option.help,
  default: option.default,
  takes: '<duration>',
  parse([value = option.default]) {
    const parsed = parseDuration(value);
    const least = parseDuration(option.least) ?? 0;
    if (parsed === undefined || parsed < least) {
      throw new Error(`must be a duration of at least ${option.least}, such as 30s, 10m or 1h30m`);
    }
    return parsed;
  },
});

export const integer = (option: {
  readonly help: string;
  readonly default: string;
  readonly least: number;
  readonly most: number;
}): Option<number> => ({
  help: option.help,
  default: option.default,
  takes: '<number>',
  parse([value = option.default]) {
    const parsed = /^[0-9]+$/.test(value) ? Number(value) : Number.NaN;
    if (!(parsed >= option.least && parsed <= option.most)) {
      throw new Error(`must be a whole number from ${option.least} to ${option.most}`);
    }
    return parsed;
  },
});

export const choice = <Word extends string>(option: {
  readonly help: string;
  readonly short?: string;
  readonly default: Word;
  readonly words: readonly Word[];
}): Option<Word> => ({
  help: option.help,
  ...(option.short && { short: option.short }),
  default: option.default,
  takes: `<${option.words.join('|')}>`,
  parse([value = option.default]) {
    const word = option.words.find((candidate) => candidate === value);
    if (word === undefined) throw new Error(`must be one of ${option.words.join(', ')}`);
    return word;
  },
});

/** `key=value`, repeatable. */
export const tags = (help: string): Option<Tags> => ({
  help,
  takes: '<key=value>',
  repeatable: true,
  parse(given) {
    const entries = given.map((pair) => {
      const [key, value] = tag(pair);
      if (isReservedTagKey(key)) throw new Error(`"${key}": keys under mooring.dev/ and aws: are reserved`);
      return [key, value];
    });
    return Object.fromEntries(entries);
  },
});

/** The same, to look for: of any key, each once. */
export const filterTags = (help: string): Option<Tags> => ({
  help,
  takes: '<key=value>',
  repeatable: true,
  parse(given) {
    const entries = given.map(tag);
    const twice = entries.find(([key], at) =>
      entries.some(([other], before) => before < at && other === key),
    );
    if (twice) throw new Error(`"${twice[0]}" is given twice, and a tag has one value`);
    return Object.fromEntries(entries);
  },
});

function tag(pair: string): [key: string, value: string] {
  const at = pair.indexOf('=');
  if (at < 1) throw new Error(`"${pair}" must be key=value`);
  if (at > 128 || pair.length - at - 1 > 256)
    throw new Error(`"${pair}": a key has at most 128 characters, a value 256`);
  return [pair.slice(0, at), pair.slice(at + 1)];
}
