import { describe, expect, it } from 'vitest';
import type { AllowedNamespaces } from '../../core/account.ts';
import { chooseAccount, refuseUnlessAllowed, regionOf } from './choose.ts';

const web = (annotations: Record<string, string> = {}, labels: Record<string, string> = {}) => ({
  name: 'web',
  annotations,
  labels,
});
const annotated = web({ 'mooring.dev/account': 'staging', 'mooring.dev/region': 'eu-west-1' });

describe('the account of an object', () => {
  it.each([
    ['is the one it names', { name: 'production' }, annotated, ['default', 'staging'], 'production'],
    ['is named though there is no such one', { name: 'production' }, web(), [], 'production'],
    ['is else the one its namespace names', undefined, annotated, ['default', 'staging'], 'staging'],
    ['is else the one named default', undefined, web(), ['default', 'staging'], 'default'],
    ['is the operator’s own only while there is none at all', undefined, web(), [], undefined],
    ['is not named by an empty annotation', undefined, web({ 'mooring.dev/account': '' }), [], undefined],
  ])('%s', (_, accountRef, namespace, accounts, chosen) => {
    expect(chooseAccount(accountRef, namespace, new Set(accounts))).toBe(chosen);
  });

  it('is nobody’s where there are accounts, and none is named: it says how to name one', () => {
    expect(() => chooseAccount(undefined, web(), new Set(['staging']))).toThrow(
      expect.objectContaining({
        reason: 'AccountNotAllowed',
        message: expect.stringMatching(/accountRef\.name.*mooring\.dev\/account.*AWSAccount default/),
      }),
    );
  });

  it('is in the region of the spec before the namespace’s', () => {
    expect(regionOf('us-east-1', annotated)).toBe('us-east-1');
    expect(regionOf(undefined, annotated)).toBe('eu-west-1');
    expect(regionOf(undefined, web())).toBeUndefined();
  });
});

describe('an account is for a namespace', () => {
  const labelled = web({}, { team: 'web' });
  it.each<[string, AllowedNamespaces, boolean]>([
    ['where it is for all', { all: true }, true],
    ['that it names', { names: ['shop', 'web'] }, true],
    ['and not for one that it does not name', { names: ['shop'] }, false],
    ['and for none where it names none', { names: [] }, false],
    ['whose labels it selects', { selector: { matchLabels: { team: 'web' } } }, true],
    ['and not for one with other labels', { selector: { matchLabels: { team: 'shop' } } }, false],
    ['and for none where nothing is said', {}, false],
  ])('%s', (_, allowedNamespaces, allowed) => {
    const account = { credentials: { default: {} }, allowedNamespaces };
    const ask = () => refuseUnlessAllowed('production', account, labelled);
    if (allowed) expect(ask).not.toThrow();
    else expect(ask).toThrow(expect.objectContaining({ reason: 'AccountNotAllowed' }));
  });
});
