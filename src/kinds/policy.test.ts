import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { actionsOf } from '../aws/index.ts';
import { callsOfKinds } from './calls.ts';
import { policyFor } from './policy.ts';

const kinds = Object.keys(callsOfKinds);
const actionsIn = (...of: string[]) => policyFor(of).Statement.flatMap(({ Action }) => Action);
/** IAM counts no white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const sizeOf = (...of: string[]) => JSON.stringify(policyFor(of)).length;
const managedPolicy = 6_144;

describe('the policy of kinds', () => {
  it.each(kinds)('%s: allows what its calls need, each once, and nothing else', (kind) => {
    expect(actionsIn(kind).toSorted()).toEqual(actionsOf(callsOfKinds[kind] ?? []));
  });

  it('names each statement once', () => {
    const sids = policyFor(kinds).Statement.map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
    expect(sids.filter((sid) => !/^[A-Za-z0-9]+$/.test(sid))).toEqual([]);
  });

  it('parts what looks from what acts', () => {
    const [look, act] = policyFor(['ElasticIP']).Statement;
    expect(look?.Action.filter((action) => !action.startsWith('ec2:Describe'))).toEqual([]);
    expect(act?.Action.filter((action) => action.startsWith('ec2:Describe'))).toEqual([]);
  });

  it('allows only under a condition what is more than it needs', () => {
    const conditions = policyFor(['KMSKey', 'Image']).Statement.filter(({ Condition }) => Condition);
    expect(conditions.map(({ Sid, Action }) => [Sid, ...Action])).toEqual([
      ['KMSKeyCreateServiceLinkedRole', 'iam:CreateServiceLinkedRole'],
      ['ImageCreateGrant', 'kms:CreateGrant'],
    ]);
  });

  it('fits a managed policy, for each kind and for all together', () => {
    expect(sizeOf(...kinds)).toBeLessThanOrEqual(managedPolicy);
  });
});

describe('docs/permissions.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../docs/permissions.md'), 'utf8');
  const sectionOf = (kind: string) => page.split(/^## /m).find((part) => part.startsWith(`${kind}\n`)) ?? '';
  const operationsIn = (text: string) =>
    new Set([...text.matchAll(/`(?:[a-z0-9]+:)?([A-Z][A-Za-z]+)`/g)].map(([, name = '']) => name));
  /** What is named beside: kinds, and elements of policies. */
  const others = new Set([...kinds, 'PermissionsBoundary', 'Resource']);
  const operation = (action: string) => action.split(':')[1] ?? '';

  it.each(kinds)('%s: names every call, and no permission it does not need', (kind) => {
    const named = operationsIn(sectionOf(kind));
    const calls = callsOfKinds[kind] ?? [];
    const needed = new Set(actionsOf(calls).map(operation));
    expect(calls.map(operation).filter((name) => !named.has(name))).toEqual([]);
    expect([...named].filter((name) => !needed.has(name) && !others.has(name))).toEqual([]);
  });

  it('names every permission that is only implied', () => {
    const named = operationsIn(page);
    const needed = kinds.flatMap((kind) => actionsOf(callsOfKinds[kind] ?? []));
    expect(needed.map(operation).filter((name) => !named.has(name))).toEqual([]);
  });
});
