import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.ts';

/**
 * Options of a command: from its flags, else from the environment as `MOORING_…`. This is the only reader
 * of the environment in Mooring; a value that is wrong is refused by the name it was given under.
 */
export interface Option<T> {
  /** For `--help`: what it takes, such as `<name>`; absent for a switch. */
  readonly takes?: string;
  readonly help: string;
  /** One letter: `-f` for `--filename`. */
  readonly short?: string;
  /** Shown by `--help`, and parsed like a given one. */
  readonly default?: string;
  readonly repeatable?: boolean;
  /** Its values are the words beside the options, and never in the environment; `takes` is how help shows them. */
  readonly positional?: true;
  /** Throws an error whose message says what would be right. */
  parse(given: readonly string[]): T;
}

export type Options = Readonly<Record<string, Option<unknown>>>;
export type Values<O extends Options> = { readonly [Name in keyof O]: ReturnType<O[Name]['parse']> };
export type Environment = Readonly<Record<string, string | undefined>>;

export const environmentName = (option: string): string =>
  `MOORING_${option.replaceAll('-', '_').toUpperCase()}`;

/** Throws UsageError naming the flag or variable, the value and what would be right. */
export function readOptions<O extends Options>(
  options: O,
  argv: readonly string[],
  environment: Environment,
): Values<O> {
  const { flags, words } = parseFlags(options, argv);
  const entries = Object.entries(options).map(([name, option]) => {
    const { source, given } = option.positional
      ? { source: option.takes ?? name, given: words }
      : lookUp(name, option, flags[name], environment);
    try {
      return [name, option.parse(given)] as const;
    } catch (error) {
      throw new UsageError(
        `${source}${given.length ? ` ${given.map(quoted).join(' ')}` : ''}: ${messageOf(error)}`,
      );
    }
  });
  return valuesOf<O>(entries);
}

const quoted = (text: string): string => JSON.stringify(text);
const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The entries were made from the options' own names and parsers, one each. */
const valuesOf = <O extends Options>(entries: readonly (readonly [string, unknown])[]): Values<O> =>
  Object.fromEntries(entries) as Values<O>;

interface Given {
  readonly flags: Readonly<Record<string, string[] | undefined>>;
  readonly words: readonly string[];
}

function parseFlags(options: Options, argv: readonly string[]): Given {
  const named = Object.entries(options).filter(([, { positional }]) => !positional);
  const declared = named.map(
    ([name, { takes, short }]) =>
      [
        name,
        { type: takes === undefined ? 'boolean' : 'string', multiple: true, ...(short && { short }) },
      ] as const,
  );
  const parse = () =>
    parseArgs({
      args: argv.map((word) => switchOf(options, word)),
      options: Object.fromEntries(declared),
      allowNegative: true,
      allowPositionals: named.length < Object.keys(options).length,
      strict: true,
    });
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    throw new UsageError(`${messageOf(error).split('. ')[0]}; --help lists them`);
  }
  const flags = Object.entries(parsed.values).map(([name, value]) => [
    name,
    value === undefined ? undefined : [value].flat().map(String),
  ]);
  return { flags: Object.fromEntries(flags), words: parsed.positionals };
}

/** `--leader-elect=false`, as every other operator takes it, is `--no-leader-elect`. */
function switchOf(options: Options, word: string): string {
  const [, name = '', value] = /^--([a-z-]+)=(true|false)$/.exec(word) ?? [];
  const option = options[name];
  if (!option || option.takes !== undefined) return word;
  return value === 'true' ? `--${name}` : `--no-${name}`;
}

function lookUp(
  name: string,
  option: Option<unknown>,
  flag: string[] | undefined,
  environment: Environment,
): { source: string; given: readonly string[] } {
  const variable = environmentName(name);
  const set = environment[variable];
  if (flag !== undefined) {
    if (flag.length > 1 && !option.repeatable)
      throw new UsageError(`--${name} was given ${flag.length} times`);
    return { source: `--${name}`, given: flag };
  }
  if (set !== undefined && set !== '') {
    return { source: variable, given: option.repeatable ? set.split(',').map((part) => part.trim()) : [set] };
  }
  return { source: `--${name}`, given: option.default === undefined ? [] : [option.default] };
}

/** The body of `--help`: a flag, its variable, what it is for. */
export function describeOptions(options: Options): string {
  return Object.entries(options)
    .map(([name, { takes, short, help, default: value, repeatable, positional }]) => {
      if (positional) return `  ${takes ?? name}\n      ${help}`;
      const notes = [value === undefined ? '' : `default ${value}`, repeatable ? 'repeatable' : ''].filter(
        Boolean,
      );
      const head = `  ${short ? `-${short}, ` : ''}--${name}${takes === undefined ? '' : ` ${takes}`}`;
      return `${head}\n      ${help}${notes.length ? ` (${notes.join(', ')})` : ''} [${environmentName(name)}]`;
    })
    .join('\n');
}
