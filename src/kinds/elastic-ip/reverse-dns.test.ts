import { describe, expect, it } from 'vitest';
import { type Case, expectPlan } from './plan-table.test-data.ts';
import { reverseDNSOf } from './reverse-dns.ts';
import { ctx, known, object } from './sample.test-data.ts';

describe('reverse DNS', () => {
  const named = object({ reverseDNS: { domainName: 'mail.example.com' } }, { status: known });
  const had = object({}, { status: { ...known, reverseDNS: { domainName: 'mail.example.com.' } } });
  const pending = { status: 'PENDING', reason: undefined };
  it.each<[string, Case]>([
    ['is set', { self: named, seen: {}, calls: ['ModifyAddressAttribute'] }],
    [
      'is changed',
      {
        self: named,
        seen: { reverseDNS: { domainName: 'old.example.com.' } },
        calls: ['ModifyAddressAttribute'],
      },
    ],
    [
      'is the same with the dot of the root, in any case',
      { self: named, seen: { reverseDNS: { domainName: 'Mail.Example.com.' } } },
    ],
    [
      'is waited for',
      {
        self: named,
        seen: { reverseDNS: { domainName: 'mail.example.com.', pending } },
        blocked: ['Pending', 'reverse DNS is pending'],
      },
    ],
    [
      'that we set is removed when the manifest names none',
      {
        self: had,
        seen: { reverseDNS: { domainName: 'mail.example.com.' } },
        calls: ['ResetAddressAttribute'],
      },
    ],
    ['that we never set is let be', { seen: { reverseDNS: { domainName: 'theirs.example.com.' } } }],
  ])('%s', (_, test) => expectPlan(test));
});

describe('a name that AWS refused', () => {
  const asked = (at: number) =>
    object(
      { reverseDNS: { domainName: 'mail.example.com' } },
      { status: { ...known, reverseDNS: { status: 'FAILED', askedAt: new Date(at).toISOString() } } },
    );
  const failed = reverseDNSOf(undefined, {
    value: 'mail.example.com.',
    status: 'FAILED',
    reason: 'FORWARD_DNS_NOT_FOUND',
  });

  it.each<[string, Case]>([
    [
      'is not asked for again at once, and says why',
      {
        self: asked(ctx.now - 1_000),
        seen: { reverseDNS: failed },
        blocked: ['DependencyNotReady', 'FORWARD_DNS_NOT_FOUND'],
      },
    ],
    [
      'is asked for again after five minutes, for the forward record may be there now',
      { self: asked(ctx.now - 5 * 60_000), seen: { reverseDNS: failed }, calls: ['ModifyAddressAttribute'] },
    ],
    [
      'gives way at once to another one in the manifest',
      {
        self: asked(ctx.now - 1_000),
        seen: { reverseDNS: { ...failed, refused: 'other.example.com.' } },
        calls: ['ModifyAddressAttribute'],
      },
    ],
  ])('%s', (_, test) => expectPlan(test));

  it.each<[string, Parameters<typeof reverseDNSOf>, ReturnType<typeof reverseDNSOf>]>([
    ['no change under way', ['a.example.', undefined], { domainName: 'a.example.' }],
    [
      'a change that succeeded',
      ['a.example.', { value: 'b.example.', status: 'SUCCESS' }],
      { domainName: 'b.example.' },
    ],
    [
      'a change under way',
      ['a.example.', { value: 'b.example.', status: 'PENDING' }],
      { domainName: 'b.example.', pending: { status: 'PENDING', reason: undefined } },
    ],
    [
      'a removal under way',
      ['a.example.', { status: 'PENDING' }],
      { domainName: undefined, pending: { status: 'PENDING', reason: undefined } },
    ],
    [
      'a change that failed: the old name is in force',
      ['a.example.', { value: 'b.example.', status: 'FAILED', reason: 'no record' }],
      {
        domainName: 'a.example.',
        pending: { status: 'FAILED', reason: 'no record' },
        refused: 'b.example.',
      },
    ],
  ])('reads %s', (_, [inForce, change], expected) => {
    expect(reverseDNSOf(inForce, change)).toEqual(expected);
  });
});
