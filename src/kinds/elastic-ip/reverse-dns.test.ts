import { describe, it } from 'vitest';
import { type Case, expectPlan } from './plan-table.test-data.ts';
import { known, object } from './sample.test-data.ts';

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
