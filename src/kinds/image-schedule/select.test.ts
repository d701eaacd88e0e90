import { describe, expect, it } from 'vitest';
import { filtersOf, selects } from './select.ts';
import { imageScheduleDefinition } from './spec.ts';

const parse = (selector: object) =>
  imageScheduleDefinition.spec.parse({ selector, schedules: [{ name: 's', every: '1h' }] }).selector;
const instance = (more: object = {}) => ({
  id: 'i-0000000a',
  state: 'running',
  tags: { role: 'db', env: 'prod' },
  ...more,
});
const expression = (key: string, operator: string, values?: string[]) => ({
  matchExpressions: [{ key, operator, ...(values ? { values } : {}) }],
});

describe('a selector', () => {
  it.each<[string, object, boolean]>([
    ['an id', { instanceIds: ['i-0000000a'] }, true],
    ['another id', { instanceIds: ['i-0000000b'] }, false],
    ['a tag', { matchTags: { role: 'db' } }, true],
    ['a tag of another value', { matchTags: { role: 'web' } }, false],
    ['id and tag: both', { instanceIds: ['i-0000000a'], matchTags: { role: 'web' } }, false],
    ['In', expression('env', 'In', ['prod', 'stage']), true],
    ['In, without the tag', expression('team', 'In', ['a']), false],
    ['NotIn', expression('env', 'NotIn', ['prod']), false],
    ['NotIn, without the tag', expression('team', 'NotIn', ['a']), true],
    ['Exists', expression('env', 'Exists'), true],
    ['Exists, without the tag', expression('team', 'Exists'), false],
    ['DoesNotExist', expression('env', 'DoesNotExist'), false],
    ['DoesNotExist, without the tag', expression('team', 'DoesNotExist'), true],
    ['a state', { matchTags: { role: 'db' }, states: ['stopped'] }, false],
  ])('%s', (_, selector, expected) => {
    expect(selects(parse(selector), instance())).toBe(expected);
  });

  it.each(['pending', 'terminated', 'shutting-down'])('takes none that is %s', (state) => {
    expect(selects(parse({ matchTags: { role: 'db' } }), instance({ state }))).toBe(false);
  });

  it('lets AWS sift out what it can', () => {
    const selector = parse({
      matchTags: { role: 'db' },
      matchExpressions: [
        { key: 'role', operator: 'In', values: ['db', 'web'] },
        { key: 'env', operator: 'In', values: ['prod', 'stage'] },
        { key: 'backup', operator: 'Exists' },
        { key: 'team', operator: 'Exists' },
        { key: 'skip', operator: 'DoesNotExist' },
      ],
    });
    expect(filtersOf(selector)).toEqual({
      'instance-state-name': ['running', 'stopped', 'pending', 'stopping'],
      'tag:role': ['db'],
      'tag:env': ['prod', 'stage'],
      'tag-key': ['backup'],
    });
  });
});
