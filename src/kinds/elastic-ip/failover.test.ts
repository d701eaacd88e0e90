import { describe, expect, it } from 'vitest';
import { diff } from './diff.ts';
import { recorded, sittingOn } from './plan-table.test-data.ts';
import { bySelector, ctx, now, object, on, seen, selected } from './sample.test-data.ts';

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

  it('that was taken off out of band is repaired: no failover, no Warning', () => {
    const self = object({ association: bySelector() }, { status: recorded(on('b')) });
    const [step] = diff(self, seen({ target: selected(on('a'), on('b')) }), ctx).steps;
    expect(step).toMatchObject({ field: 'association', input: { NetworkInterfaceId: 'eni-b' } });
    expect(step).not.toHaveProperty('warns');
    expect(step).not.toHaveProperty('expected');
  });
});
