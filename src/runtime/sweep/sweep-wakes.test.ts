import { expect, it } from 'vitest';
import { type WidgetAws, widgetKind } from '../../../test/support/widget.ts';
import { widgetOperator } from '../../../test/support/widget-operator.ts';
import type { AnyKind } from '../../core/kind.ts';
import { sweep } from './sweep.ts';

const inAMinute = 60_000;

/** A widget that wants to be looked at in a minute, as a schedule does at its next tick. */
const ticking = (aws: WidgetAws): AnyKind => {
  const kind: AnyKind = widgetKind({ aws });
  return {
    ...kind,
    diff: (self, seen, ctx) => ({ ...kind.diff(self, seen, ctx), wakeAt: ctx.now + inAMinute }),
  };
};

it('a sweep tells when what is as declared is to be looked at: the timer of a former leader is gone', async () => {
  const operator = widgetOperator({ kind: ticking });
  operator.apply({}, 'a');
  operator.apply({}, 'b');
  expect(await operator.reconcile('a')).toEqual({ when: 'after', milliseconds: inAMinute });
  const result = await sweep(operator.reconciler, [...operator.objects.stored.values()]);
  expect(result.differing).toEqual(['shop/b']);
  expect(result.wakes).toEqual([{ key: 'shop/a', at: operator.clock.now() + inAMinute }]);
});
