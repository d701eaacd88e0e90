import { describe, expect, it } from 'vitest';
import { callOf } from './call-of.ts';
import type { Fault } from './control-types.ts';
import { FaultRules } from './faults.ts';

const call = callOf('ec2', 'AllocateAddress', { Domain: 'vpc' });
const cut: Fault = { cut: 'after' };

function faultsOver(rules: FaultRules, calls: number): number[] {
  return Array.from({ length: calls }, () => rules.faultsFor(call).length);
}

describe('fault rules', () => {
  it('let the first `after` calls pass, then work `times` times', () => {
    const rules = new FaultRules();
    rules.add({ match: { operation: 'AllocateAddress', after: 1, times: 2 }, fault: cut });
    expect(faultsOver(rules, 5)).toEqual([0, 1, 1, 0, 0]);
    expect(rules.list()).toMatchObject([{ seen: 5, applied: 2 }]);
  });

  it('match by service, operation and input', () => {
    const rules = new FaultRules();
    rules.add({ match: { service: 'iam' }, fault: cut });
    rules.add({ match: { operation: 'Allocate*', where: { Domain: 'standard' } }, fault: cut });
    expect(rules.faultsFor(call)).toEqual([]);
    const id = rules.add({ match: { operation: 'Allocate*', where: { Domain: 'vpc' } }, fault: cut });
    expect(rules.faultsFor(call)).toEqual([{ ruleId: id, fault: cut }]);
  });

  it('match by whose call it is', () => {
    const rules = new FaultRules();
    rules.add({ match: { accessKey: `${call.accessKey}-2` }, fault: cut });
    expect(rules.faultsFor(call)).toEqual([]);
    rules.add({ match: { accessKey: call.accessKey }, fault: cut });
    expect(rules.faultsFor(call)).toHaveLength(1);
  });

  it('add up until the first final one, and do not use up those behind it', () => {
    const rules = new FaultRules();
    rules.add({ match: {}, fault: { latencyMs: 5 } });
    rules.add({ match: { times: 1 }, fault: { throttle: true } });
    rules.add({ match: { times: 1 }, fault: { cut: 'before' } });
    expect(rules.faultsFor(call).map(({ fault }) => fault)).toEqual([{ latencyMs: 5 }, { throttle: true }]);
    expect(rules.faultsFor(call).map(({ fault }) => fault)).toEqual([{ latencyMs: 5 }, { cut: 'before' }]);
  });

  it('are gone once removed', () => {
    const rules = new FaultRules();
    rules.remove(rules.add({ match: {}, fault: cut }));
    expect(rules.faultsFor(call)).toEqual([]);
  });
});
