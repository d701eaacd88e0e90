import { describe, expect, it } from 'vitest';
import { widgetKind } from '../../../test/support/widget.ts';
import { type WidgetOperatorOptions, widgetOperator } from '../../../test/support/widget-operator.ts';
import type { Random } from '../../core/ports.ts';
import type { AddOptions } from '../queue/queue-options.ts';
import type { SweepResult } from './sweep.ts';
import { runSweeper } from './sweeper.ts';

const minute = 60_000;
const half: Random = () => 0.5;

interface Setting {
  readonly random?: Random;
  readonly before?: (operator: ReturnType<typeof widgetOperator>) => Promise<void>;
}

/** A sweeper that runs every ten minutes, with what it queued and swept. */
async function sweeping(
  options: WidgetOperatorOptions = {},
  { random = half, before = async () => {} }: Setting = {},
) {
  const operator = widgetOperator(options);
  await before(operator);
  const queued: { key: string; options: AddOptions | undefined }[] = [];
  const results: SweepResult[] = [];
  const stop = new AbortController();
  const queue = {
    add: (key: string, how?: AddOptions) => void queued.push({ key, options: how }),
    retry: () => 0,
    forget: () => {},
    retriesOf: () => 0,
    run: async () => {},
    stop: async () => true,
    depth: 0,
    running: 0,
    unfinishedWorkSeconds: 0,
    longestRunningSeconds: 0,
  };
  const done = runSweeper(
    {
      reconciler: operator.reconciler,
      objects: () => operator.objects.stored.values(),
      queue,
      every: 10 * minute,
      clock: operator.clock,
      random,
      onSwept: (result) => void results.push(result),
    },
    stop.signal,
  );
  await operator.clock.advance(0);
  return { ...operator, queued, results, stop, done };
}

const drifted = (size = 9) => ({
  before: async (operator: ReturnType<typeof widgetOperator>) => {
    for (const name of ['a', 'b']) operator.existingWidget(name, size);
    for (const name of ['a', 'b']) operator.apply({}, name);
  },
});

describe('the sweeper', () => {
  it('sweeps at the start, and then at every interval', async () => {
    const { results, clock } = await sweeping();
    expect(results).toHaveLength(1);
    await clock.advance(10 * minute - 1);
    expect(results).toHaveLength(1);
    await clock.advance(1);
    expect(results).toHaveLength(2);
  });

  it.each([
    [0, 9 * minute],
    [0.999_999, 10.999_98 * minute],
  ])('spreads the interval: with %d it is %d ms', async (value, wait) => {
    const { results, clock } = await sweeping({}, { random: () => value });
    await clock.advance(wait - 10);
    expect(results).toHaveLength(1);
    await clock.advance(20);
    expect(results).toHaveLength(2);
  });

  it('queues what differs in the background: new objects go before it', async () => {
    const { queued } = await sweeping({}, drifted());
    expect(queued).toEqual([
      { key: 'shop/a', options: { lane: 'background', patient: true } },
      { key: 'shop/b', options: { lane: 'background', patient: true } },
    ]);
  });

  it('goes on after a sweep that failed, and logs it', async () => {
    const failing = { bug: true };
    const { results, clock, logger } = await sweeping(
      {
        kind: (aws) => {
          const kind = widgetKind({ aws });
          return {
            ...kind,
            async list(scope) {
              if (failing.bug) throw new Error('a bug');
              return await kind.list(scope);
            },
          };
        },
      },
      drifted(),
    );
    failing.bug = false;
    expect(results).toHaveLength(0);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ level: 'warn', message: 'a sweep failed' }),
    );
    await clock.advance(10 * minute);
    expect(results).toHaveLength(1);
  });

  it('spreads the objects over the interval where the bulk listing was refused, and says so', async () => {
    const { queued, logger } = await sweeping(
      {},
      {
        before: async (operator) => {
          await drifted(1).before(operator);
          operator.aws.failNext('widget:List', { class: 'Denied', definite: true });
        },
      },
    );
    expect(queued.map(({ options }) => options?.after)).toEqual([4.5 * minute, 4.5 * minute]);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({ message: 'bulk listing failed: looking at each object by itself' }),
    );
  });

  it('tells the guard against mass loss what it missed', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `w${index}`);
    const operator = await sweeping(
      {},
      {
        before: async (before) => {
          for (const name of names) {
            before.apply({}, name);
            await before.reconcile(name);
          }
          before.aws.widgets.clear();
        },
      },
    );
    const one = { kind: 'Widget', namespace: 'shop', name: 'w0' };
    expect(operator.reconciler.guards.recreations.admit(operator.where.scope, one)).toBe(false);
  });

  it('ends at once when it is stopped, and leaves no timer behind', async () => {
    const { stop, done, clock } = await sweeping({ pulse: { every: minute, concerns: () => true } });
    stop.abort(new Error('no longer leading'));
    await done;
    expect(clock.pending).toBe(0);
  });
});

/** Its size is to be set, and the last reconcile ended with `message`. */
const refused = (reason: string, message: string) => ({
  before: async (operator: ReturnType<typeof widgetOperator>) => {
    await drifted().before(operator);
    for (const object of operator.objects.stored.values()) {
      const lastTransitionTime = '2026-01-01T00:00:00Z';
      const { generation: observedGeneration = 1 } = object.metadata;
      const ready = { type: 'Ready', status: 'False' as const, reason, message };
      const conditions = [{ ...ready, lastTransitionTime, observedGeneration }];
      operator.objects.put({ ...object, status: { ...object.status, conditions } });
    }
  },
});

describe('a kind with a pulse', () => {
  const pulse = {
    every: 15_000,
    concerns: ({ identity }: { identity: { name: string } }) => identity.name === 'a',
  };

  it('has those it concerns looked at more often, before the background', async () => {
    const { queued, clock } = await sweeping({ pulse }, drifted());
    queued.length = 0;
    await clock.advance(15_000);
    expect(queued).toEqual([{ key: 'shop/a', options: { patient: false } }]);
  });

  it('looks only at what the listing shows: what is not there yet, or no more, is the sweep’s', async () => {
    const { queued, clock, aws } = await sweeping({ pulse: { ...pulse, concerns: () => true } }, drifted());
    aws.widgets.delete('w-a');
    queued.length = 0;
    await clock.advance(15_000);
    expect(queued).toEqual([{ key: 'shop/b', options: { patient: false } }]);
  });

  it('where nothing can be listed queues nothing, says so, and looks again', async () => {
    const { queued, clock, aws, logger } = await sweeping({ pulse }, drifted());
    queued.length = 0;
    aws.failNext('widget:List', { class: 'Throttled', definite: true });
    await clock.advance(15_000);
    expect(queued).toEqual([]);
    expect(logger.lines).toContainEqual(
      expect.objectContaining({
        level: 'warn',
        message: 'some objects could not be looked at between two sweeps',
      }),
    );
    await clock.advance(15_000);
    expect(queued).toEqual([{ key: 'shop/a', options: { patient: false } }]);
  });

  it.each([
    ['widget:Resize: no', true],
    ['widget:Tag: no', false],
  ])('waits for what AWS has refused, and for nothing else: %s', async (message, patient) => {
    const { queued, clock } = await sweeping({ pulse }, refused('AccessDenied', message));
    queued.length = 0;
    await clock.advance(15_000);
    expect(queued).toEqual([{ key: 'shop/a', options: { patient } }]);
  });

  it.each([
    ['widget:Resize: no', []],
    ['widget:Tag: no', ['shop/a']],
  ])(
    'leaves alone a spec that AWS has refused, unless something else comes first: %s',
    async (message, keys) => {
      const { queued, clock } = await sweeping({ pulse }, refused('InvalidSpec', message));
      queued.length = 0;
      await clock.advance(15_000);
      expect(queued.map(({ key }) => key)).toEqual(keys);
    },
  );

  it('costs no call when nobody is concerned', async () => {
    const { aws, clock } = await sweeping({ pulse: { ...pulse, concerns: () => false } }, drifted());
    const { lists } = aws;
    await clock.advance(15_000);
    expect(aws.lists).toBe(lists);
  });
});
