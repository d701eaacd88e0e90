import { describe, expect, it } from 'vitest';
import { callsOfKinds } from '../kinds/calls.ts';
import { policyFor } from '../kinds/policy.ts';
import { readOptions } from './config.ts';
import { policy, policyOptions } from './policy.ts';

const print = (...argv: string[]): unknown => JSON.parse(policy(readOptions(policyOptions, argv, {})));

describe('mooring policy', () => {
  it('is of the chosen kinds, each once, by any of their names', () => {
    const expected = policyFor(['ElasticIP', 'Image']);
    expect(print('--kinds', 'elasticips', '--kinds', 'Image', '--kinds', 'ElasticIP')).toEqual(expected);
  });

  it('is of all kinds unless they are named, but for those that run on request only', () => {
    const usual = Object.keys(callsOfKinds).filter((kind) => kind !== 'IAMAccessKey');
    expect(print()).toEqual(policyFor(usual));
    expect(print('--enable-access-keys')).toEqual(policyFor([...usual, 'IAMAccessKey']));
    expect(print('--kinds', 'iamaccesskey')).toEqual(policyFor(['IAMAccessKey']));
  });

  it('refuses a kind there is not', () => {
    expect(() => print('--kinds', 'Bucket')).toThrow('--kinds Bucket: must be one of ElasticIP, IAMRole');
  });
});
