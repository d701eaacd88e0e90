import { expect, it } from 'vitest';
import { diffWidget, type SeenWidget } from '../../../test/support/widget.ts';
import { widgetOperator } from '../../../test/support/widget-operator.ts';
import type { Kind } from '../../core/kind.ts';
import { note } from '../../core/plan.ts';

/** Before a widget is resized, what it is going to be is noted. */
const noting: Kind<Parameters<typeof diffWidget>[0]['spec'], object, SeenWidget>['diff'] = (
  self,
  seen,
  ctx,
) => {
  const plan = diffWidget(self, seen, ctx);
  const resizes = plan.steps.some(({ call }) => call === 'widget:Resize');
  const size = self.spec.size;
  const noted = note<SeenWidget>({ size }, `it is going to be ${size}`, (before) => before);
  return resizes ? { ...plan, steps: [noted, ...plan.steps] } : plan;
};

it('a note is in status before the call that it tells of, and is no call, no event and no drift', async () => {
  const operator = widgetOperator({ diff: noting });
  operator.apply({ size: 1 });
  await operator.reconcile();
  operator.apply({ size: 7 });
  const written: unknown[] = [];
  operator.aws.afterCall = () => void written.push(operator.get()?.status);
  await operator.reconcile();
  expect(written).toEqual([expect.objectContaining({ size: 7 })]);
  expect(operator.aws.callNames).toEqual(['widget:Create', 'widget:Resize']);
  expect(operator.events.map(({ note: text }) => text)).not.toContain('it is going to be 7');
});

it('where the operator only observes, no note is taken', async () => {
  const operator = widgetOperator({ diff: noting });
  operator.apply({ size: 1 });
  await operator.reconcile();
  operator.apply({ size: 7, managementPolicy: 'Observe' });
  await operator.reconcile();
  expect(operator.get()?.status).toMatchObject({ size: 1, drift: [{ call: 'widget:Resize' }] });
});
