import { expect, it } from 'vitest';
import { widgetOperator } from '../../../test/support/widget-operator.ts';

it('a condition that warns is told when it becomes True, and whenever it says something else, and no more', async () => {
  let message: string | undefined;
  const operator = widgetOperator({
    conditions: () => [
      {
        type: 'TicksMissed',
        status: message === undefined ? 'False' : 'True',
        reason: message === undefined ? 'NoneMissed' : 'TicksMissed',
        message: message ?? '',
        warns: true,
      },
    ],
  });
  operator.apply({ size: 1 });
  for (const now of [undefined, '1 of daily', '1 of daily', '2 of daily', undefined, '2 of daily']) {
    message = now;
    await operator.reconcile();
  }
  const told = operator.events.filter(({ type }) => type === 'Warning').map(({ note }) => note);
  expect(told).toEqual(['1 of daily', '2 of daily', '2 of daily']);
});
