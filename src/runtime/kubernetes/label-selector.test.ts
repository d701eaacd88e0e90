import { describe, expect, it } from 'vitest';
import { labelsFor, unlabelable } from './label-selector.ts';

describe('a label selector', () => {
  it.each<[string, Record<string, string>]>([
    ['', {}],
    ['team=web', { team: 'web' }],
    ['team==web, env!=dev,mooring.dev/x=', { team: 'web', 'mooring.dev/x': '' }],
    ['env in (a,b),team = web', { team: 'web' }],
  ])('%j asks for %j', (selector, labels) => expect(labelsFor(selector)).toEqual(labels));

  it.each<[string, string | undefined]>([
    ['team=web,env!=dev', undefined],
    ['!legacy,env notin (a,b),team==web', undefined],
    ['team=web,env in (a,b)', 'env in (a,b)'],
    ['team', 'team'],
    ['team=web,size>1', 'size>1'],
  ])('%j: the term that no label of ours can meet is %j', (selector, term) =>
    expect(unlabelable(selector)).toBe(term),
  );
});
