import { describe, expect, it } from 'vitest';
import { describeOptions, type Environment, environmentName, readOptions } from './config.ts';
import { importOptions } from './import-options.ts';
import { choice, duration, filterTags, flag, integer, required, tags, text, texts } from './option-types.ts';
import { runOptions } from './run-options.ts';
import { UsageError } from './usage-error.ts';

const options = {
  name: required({ takes: '<name>', help: 'a name', hint: 'lower case letters', pattern: /^[a-z]+$/ }),
  note: text({ takes: '<text>', help: 'a note' }),
  zone: texts({ takes: '<zone>', help: 'zones', pattern: /^z\d$/, hint: 'a zone such as z1' }),
  every: duration({ help: 'how often', default: '10m', least: '10s' }),
  count: integer({ help: 'how many', default: '20', least: 1, most: 500 }),
  level: choice({ help: 'how loud', default: 'info', words: ['debug', 'info'] }),
  'dry-run': flag('only say'),
  warn: flag('warn', 'on'),
  tag: tags('tags'),
} as const;

const read = (argv: readonly string[] = [], environment: Environment = {}) =>
  readOptions(options, ['--name', 'web', ...argv], environment);
const refusal = (argv: readonly string[], environment: Environment = {}): string => {
  try {
    readOptions(options, argv, environment);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('it was accepted');
};

describe('an option', () => {
  it('has its default where nothing is said', () => {
    expect(read()).toEqual({
      name: 'web',
      note: undefined,
      zone: [],
      every: 600_000,
      count: 20,
      level: 'info',
      'dry-run': false,
      warn: true,
      tag: {},
    });
  });

  it('is read from its variable, and from its flag before that', () => {
    const environment = {
      MOORING_EVERY: '1m',
      MOORING_COUNT: '7',
      MOORING_DRY_RUN: 'true',
      MOORING_WARN: 'false',
    };
    expect(read([], environment)).toMatchObject({ every: 60_000, count: 7, 'dry-run': true, warn: false });
    expect(read(['--every', '30s', '--no-dry-run', '--warn'], environment)).toMatchObject({
      every: 30_000,
      'dry-run': false,
      warn: true,
    });
  });

  it.each([
    ['--warn=false', false],
    ['--warn=true', true],
  ])('that is a switch may be given as other operators take it: %s', (flag, expected) => {
    expect(read([flag]).warn).toBe(expected);
  });

  it('that is a switch is turned off by --no-', () => {
    expect(read(['--no-warn']).warn).toBe(false);
  });

  it('takes a value with = as well', () => {
    expect(read(['--every=1h30m']).every).toBe(5_400_000);
  });

  it('that is repeatable is given several times, or with commas in its variable', () => {
    expect(read(['--zone', 'z1', '--zone', 'z2']).zone).toEqual(['z1', 'z2']);
    expect(read([], { MOORING_ZONE: 'z1, z2' }).zone).toEqual(['z1', 'z2']);
    expect(read(['--tag', 'a=1', '--tag', 'b=x=y', '--tag', 'c=']).tag).toEqual({ a: '1', b: 'x=y', c: '' });
  });

  it('is not set by an empty variable', () => {
    expect(read([], { MOORING_EVERY: '' }).every).toBe(600_000);
  });

  it.each([
    ['max-deletions', 'MOORING_MAX_DELETIONS'],
    ['region', 'MOORING_REGION'],
  ])('%s is %s in the environment', (name, variable) => {
    expect(environmentName(name)).toBe(variable);
  });
});

describe('words beside the options', () => {
  const withWords = {
    words: { positional: true, takes: '<word> …', help: 'words', parse: (given: readonly string[]) => given },
    tag: filterTags('tags to look for'),
    note: text({ takes: '<text>', help: 'a note', short: 'n' }),
  } as const;
  const readWords = (argv: readonly string[], environment: Environment = {}) =>
    readOptions(withWords, argv, environment);

  it('are values of the option that takes them, wherever they stand, and never in the environment', () => {
    expect(readWords(['a', '-n', 'x', 'b', '--', '--c'])).toMatchObject({
      words: ['a', 'b', '--c'],
      note: 'x',
    });
    expect(readWords([], { MOORING_WORDS: 'a' }).words).toEqual([]);
  });

  it('are shown by help as they are typed', () => {
    expect(describeOptions(withWords)).toMatch(/^ {2}<word> …\n {6}words\n {2}--tag /);
  });

  it('tags to look for may be AWS’s own, each once', () => {
    expect(readWords(['--tag', 'aws:x=1', '--tag', 'b=']).tag).toEqual({ 'aws:x': '1', b: '' });
    expect(() => readWords(['--tag', 'a=1', '--tag', 'a=2'])).toThrow('"a" is given twice');
  });
});

describe('the options of import', () => {
  it('are these, each with its default, its variable and what it is for', () => {
    expect(describeOptions(importOptions)).toMatchSnapshot();
  });

  it('take kinds as a list, and several times', () => {
    const { kinds, namespace } = readOptions(
      importOptions,
      ['--kinds', 'KMSKey, Image', '--kinds', 'eip'],
      {},
    );
    expect([kinds, namespace]).toEqual([['KMSKey', 'Image', 'eip'], 'default']);
  });
});

describe('a wrong value is refused by the name it was given under', () => {
  const web = ['--name', 'web'];
  it.each<[readonly string[], Environment, string]>([
    [[], {}, '--name: is required: lower case letters'],
    [['--name', 'WEB'], {}, '--name "WEB": must be lower case letters'],
    [[], { MOORING_NAME: 'WEB' }, 'MOORING_NAME "WEB": must be lower case letters'],
    [
      [...web, '--every', '1s'],
      {},
      '--every "1s": must be a duration of at least 10s, such as 30s, 10m or 1h30m',
    ],
    [
      [...web, '--every', 'soon'],
      {},
      '--every "soon": must be a duration of at least 10s, such as 30s, 10m or 1h30m',
    ],
    [
      web,
      { MOORING_EVERY: '10' },
      'MOORING_EVERY "10": must be a duration of at least 10s, such as 30s, 10m or 1h30m',
    ],
    [[...web, '--count', '0'], {}, '--count "0": must be a whole number from 1 to 500'],
    [[...web, '--count', '1.5'], {}, '--count "1.5": must be a whole number from 1 to 500'],
    [[...web, '--count', '501'], {}, '--count "501": must be a whole number from 1 to 500'],
    [[...web, '--level', 'loud'], {}, '--level "loud": must be one of debug, info'],
    [[...web, '--zone', 'z1', '--zone', 'x'], {}, '--zone "z1" "x": must be a zone such as z1'],
    [web, { MOORING_DRY_RUN: 'yes' }, 'MOORING_DRY_RUN "yes": must be true or false'],
    [[...web, '--tag', 'a'], {}, '--tag "a": "a" must be key=value'],
    [[...web, '--tag', '=a'], {}, '--tag "=a": "=a" must be key=value'],
    [
      [...web, '--tag', 'aws:x=1'],
      {},
      '--tag "aws:x=1": "aws:x": keys under mooring.dev/ and aws: are reserved',
    ],
    [[...web, '--tag', `${'k'.repeat(129)}=1`], {}, 'a key has at most 128 characters, a value 256'],
    [[...web, '--name', 'again'], {}, '--name was given 2 times'],
    [[...web, '--unknown'], {}, "Unknown option '--unknown'; --help lists them"],
    [[...web, 'stray'], {}, "Unexpected argument 'stray'"],
    [[...web, '--note'], {}, "Option '--note <value>' argument missing"],
    [[...web, '--dry-run=yes'], {}, "Option '--dry-run' does not take an argument"],
  ])('%j %j', (argv, environment, message) => {
    expect(refusal(argv, environment)).toContain(message);
  });
});

describe('the options of run', () => {
  const run = (argv: readonly string[] = []) =>
    readOptions(runOptions, ['--cluster-name', 'prod-eu', ...argv], {});

  it('are these, each with its default, its variable and what it is for', () => {
    expect(describeOptions(runOptions)).toMatchSnapshot();
  });

  it('have safe defaults', () => {
    expect(run()).toMatchObject({
      resync: 600_000,
      concurrency: 20,
      'max-deletions': 20,
      'read-only': false,
      'idle-address-warning': true,
      namespace: [],
      kinds: [],
      'enable-access-keys': false,
    });
  });

  it('turn the warning about idle addresses off by flag', () => {
    expect(run(['--no-idle-address-warning'])['idle-address-warning']).toBe(false);
  });

  it.each([
    ['--cluster-name', 'a b', '1 to 63 letters, digits, dots and dashes'],
    ['--cluster-name', 'a-', '1 to 63 letters, digits, dots and dashes'],
    ['--region', 'eu-central-1a', 'an AWS region such as eu-central-1'],
    ['--aws-endpoint-url', 'localhost:5000', 'a URL such as http://127.0.0.1:5000'],
    ['--namespace', 'Shop', 'a namespace’s name'],
    ['--metrics-address', '8080', 'is not an address such as :8080'],
    ['--resync', '1s', 'at least 10s'],
    ['--log-format', 'xml', 'must be one of json, pretty'],
  ])('refuse %s %s', (name, value, message) => {
    const argv = name === '--cluster-name' ? [name, value] : ['--cluster-name', 'prod-eu', name, value];
    expect(() => readOptions(runOptions, argv, {})).toThrow(message);
    expect(() => readOptions(runOptions, argv, {})).toThrow(name);
  });
});
