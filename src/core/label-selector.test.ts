import { describe, expect, it } from 'vitest';
import { type LabelSelector, matchesLabels } from './label-selector.ts';

const labels = { team: 'web', env: 'prod', empty: '' };
const one = (key: string, operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist', ...values: string[]) => ({
  matchExpressions: [{ key, operator, ...(values.length ? { values } : {}) }],
});

describe('a label selector', () => {
  it.each<[string, LabelSelector, boolean]>([
    ['without requirements matches', {}, true],
    ['with equal labels matches', { matchLabels: { team: 'web', env: 'prod' } }, true],
    ['with another value does not', { matchLabels: { team: 'web', env: 'dev' } }, false],
    ['with a label that is not there does not', { matchLabels: { tier: '' } }, false],
    ['takes an empty value for a value', { matchLabels: { empty: '' } }, true],
    ['In: one of the values', one('env', 'In', 'dev', 'prod'), true],
    ['In: none of the values', one('env', 'In', 'dev'), false],
    ['In: not without the label', one('tier', 'In', 'dev'), false],
    ['NotIn: another value', one('env', 'NotIn', 'dev'), true],
    ['NotIn: one of the values', one('env', 'NotIn', 'dev', 'prod'), false],
    ['NotIn: also without the label', one('tier', 'NotIn', 'dev'), true],
    ['Exists: whatever the value', one('empty', 'Exists'), true],
    ['Exists: not without the label', one('tier', 'Exists'), false],
    ['DoesNotExist: without the label', one('tier', 'DoesNotExist'), true],
    ['Exists: not by a name that every object in JavaScript has', one('constructor', 'Exists'), false],
    ['DoesNotExist: such a name is none either', one('constructor', 'DoesNotExist'), true],
    ['DoesNotExist: not with it', one('empty', 'DoesNotExist'), false],
    ['needs all of it to hold', { matchLabels: { team: 'web' }, ...one('env', 'In', 'dev') }, false],
  ])('%s', (_, selector, matches) => {
    expect(matchesLabels(selector, labels)).toBe(matches);
  });
});
