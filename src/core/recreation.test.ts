import { describe, expect, it } from 'vitest';
import { annotations } from './identity.ts';
import { mayRecreate, toRecreate } from './recreation.ts';

const saying = (value: string) => ({ [annotations.allowRecreation]: value });

describe('what is gone may be made anew', () => {
  it.each<[string, Record<string, string>, string | undefined, boolean]>([
    ['where its id is confirmed', saying('key-1'), 'key-1', true],
    ['not where an earlier loss was', saying('key-0'), 'key-1', false],
    ['not by a word that any loss would be confirmed by', saying('true'), 'key-1', false],
    ['not where nothing is confirmed', {}, 'key-1', false],
    ['not where nothing is known to be gone', saying('true'), undefined, false],
  ])('%s', (_, written, lost, may) => {
    expect(mayRecreate(written, lost)).toBe(may);
  });
});

it('a message says what to write, and what is written instead', () => {
  expect(toRecreate({}, 'key-1')).toBe('annotate mooring.dev/allow-recreation=key-1');
  expect(toRecreate(saying('true'), 'key-1')).toBe(
    'annotate mooring.dev/allow-recreation=key-1 (it says "true", which does not confirm this loss)',
  );
});
