import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import { recorded, sittingOn } from './plan-table.test-data.ts';
import { bySelector, ctx, now, object, on, seen, selected } from './sample.test-data.ts';
import { statusOf } from './status.ts';

describe('an association', () => {
  it('that fails over is told as a Warning with from, to and why, and is no repair', () => {
    const self = object({ association: bySelector() }, { status: recorded() });
    const found = seen({ address: sittingOn(), target: selected(on('a', { state: 'stopped' }), on('b')) });
    const [step] = diff(self, found, ctx).steps;
    expect(step).toMatchObject({
      warns: true,
      event: 'FailedOver',
      expected: true,
      why: '203.0.113.1: i-a → i-b, because i-a is stopped',
    });
    expect(step?.fold(found, { AssociationId: 'eipassoc-9' })).toMatchObject({
      address: { association: { associationId: 'eipassoc-9', instanceId: 'i-b' } },
      moved: { from: 'i-a', to: 'i-b', at: new Date(now).toISOString(), reason: 'i-a is stopped' },
    });
  });

  it('that was lost while no other instance was healthy is told in full once one is', () => {
    const self = object({ association: bySelector() }, { status: recorded() });
    // AWS takes the address off an instance that is terminated, and shows the instance without interfaces.
    const lost = seen({ target: selected(on('b', { state: 'stopped' })) });
    expect(diff(self, lost, ctx).blocked?.reason).toBe('NoHealthyInstance');
    const waiting = { ...self, status: statusOf(self, lost, ctx) };
    expect(waiting.status).not.toHaveProperty('association');
    const still = { ...waiting, status: statusOf(waiting, lost, ctx) };

    const found = seen({ target: selected(on('b')) });
    const [step] = diff(still, found, ctx).steps;
    expect(step).toMatchObject({
      warns: true,
      event: 'FailedOver',
      expected: true,
      why: '203.0.113.1: i-a → i-b, because i-a is terminated or no longer selected',
    });
    const after = step?.fold(found, { AssociationId: 'eipassoc-9' }) ?? found;
    const told = statusOf(still, after, ctx);
    expect(told.lastFailover).toMatchObject({ from: 'i-a', to: 'i-b' });
    expect(told).not.toHaveProperty('lastInstanceId');
  });

  it('that was lost goes back to the same instance when that is healthy again: no failover', () => {
    const self = object({ association: bySelector() }, { status: recorded(on('b')) });
    const lost = seen({ target: selected(on('b', { state: 'stopped' })) });
    const waiting = { ...self, status: statusOf(self, lost, ctx) };
    const [step] = diff(waiting, seen({ target: selected(on('a'), on('b')) }), ctx).steps;
    expect(step).toMatchObject({ input: { NetworkInterfaceId: 'eni-b' } });
    expect(step).not.toHaveProperty('event');
  });

  it('of somebody else’s is not remembered as one to fail over from', () => {
    const foreign = { ...recorded(), association: { ...recorded().association, foreign: true } };
    const self = object({ association: bySelector() }, { status: foreign });
    const lost = seen({ target: selected() });
    expect(statusOf(self, lost, ctx)).not.toHaveProperty('lastInstanceId');
  });

  it('that was taken off out of band is repaired: no failover, no Warning', () => {
    const self = object({ association: bySelector() }, { status: recorded(on('b')) });
    const [step] = diff(self, seen({ target: selected(on('a'), on('b')) }), ctx).steps;
    expect(step).toMatchObject({ field: 'association', input: { NetworkInterfaceId: 'eni-b' } });
    expect(step).not.toHaveProperty('warns');
    expect(step).not.toHaveProperty('expected');
  });
});
