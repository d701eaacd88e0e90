import { describe, expect, it } from 'vitest';
import { AwsError } from '../../core/errors.ts';
import type { Plan, Step } from '../../core/plan.ts';
import { act, type Hands } from './act.ts';

/** What was seen: the names of the calls that were made. */
type Seen = readonly string[];

const step = (call: string, more: Partial<Step<Seen>> = {}): Step<Seen> => ({
  effect: 'aws',
  call,
  input: {},
  why: call,
  fold: (seen) => [...seen, call],
  ...more,
});

/** Plans whichever of `steps` have not been made. */
const until =
  (...steps: readonly Step<Seen>[]) =>
  (seen: Seen): Plan<Seen> => ({ steps: steps.filter(({ call }) => !seen.includes(call)) });

function handsThat(more: Partial<Hands<Seen>> = {}): Hands<Seen> & { readonly executed: string[] } {
  const executed: string[] = [];
  return {
    executed,
    hold: async () => undefined,
    ...more,
    execute: async (it) => {
      executed.push(it.call);
      return await more.execute?.(it);
    },
  };
}

const failure = (definite: boolean) =>
  new AwsError({ class: 'Conflict', code: 'x', call: 'b', message: 'no', definite });
const failOn = (call: string, error: unknown) => async (it: Step<Seen>) => {
  if (it.call === call) throw error;
};

describe('a plan is acted on', () => {
  it('in order, and asked for again until it is empty', async () => {
    const hands = handsThat();
    const decide = (seen: Seen): Plan<Seen> =>
      seen.length < 2 ? until(step('a'), step('b'))(seen) : until(step('c'))(seen);
    const { seen, plan, error } = await act(decide, [], hands);
    expect(hands.executed).toEqual(['a', 'b', 'c']);
    expect(seen).toEqual(['a', 'b', 'c']);
    expect(plan).toEqual({ steps: [] });
    expect(error).toBeUndefined();
  });

  it('folding what AWS answered', async () => {
    const hands = handsThat({ execute: async () => 'id-1' });
    const made = step('a', { fold: (seen, output) => [...seen, 'a', String(output)] });
    expect((await act(until(made), [], hands)).seen).toEqual(['a', 'id-1']);
  });

  it('not at all when it is empty: its reason and its time to wake are kept', async () => {
    const plan: Plan<Seen> = { steps: [], blocked: { reason: 'Pending', message: 'later' }, wakeAt: 7 };
    expect(await act(() => plan, [], handsThat())).toEqual({ seen: [], plan });
  });

  it('no longer than twelve rounds: a plan that never empties is a bug, and said to be one', async () => {
    const hands = handsThat();
    const { plan } = await act(() => ({ steps: [step('again')] }), [], hands);
    expect(hands.executed).toHaveLength(12);
    expect(plan.blocked?.reason).toBe('NotConverging');
  });
});

describe('a step that fails', () => {
  const three = until(step('a'), step('b'), step('c'));

  it('keeps what those before it achieved, and ends it', async () => {
    const error = failure(true);
    const hands = handsThat({ execute: failOn('b', error) });
    expect(await act(three, [], hands)).toMatchObject({ seen: ['a'], error });
    expect(hands.executed).toEqual(['a', 'b']);
  });

  it('by a definite refusal it has an answer for makes the plan anew', async () => {
    const b = step('b', { refused: (seen) => [...seen, 'b', 'b was refused'] });
    const hands = handsThat({ execute: failOn('b', failure(true)) });
    const { seen, error } = await act(until(step('a'), b, step('c')), [], hands);
    expect({ seen, error }).toEqual({ seen: ['a', 'b', 'b was refused', 'c'], error: undefined });
  });

  it('and on which nothing after it rests, with an answer for the refusal, lets the others go on', async () => {
    const b = step('b', { independent: true, refused: (seen) => [...seen, 'b', 'b was refused'] });
    const hands = handsThat({ execute: failOn('b', failure(true)) });
    const { seen } = await act(until(step('a'), b, step('c')), [], hands);
    expect(seen).toEqual(['a', 'b', 'b was refused', 'c']);
    expect(hands.executed).toEqual(['a', 'b', 'c']);
  });

  it.each<[string, unknown, Step<Seen>['refused']]>([
    [
      'ambiguously is a failure, whatever it would say to a refusal',
      failure(false),
      (seen) => [...seen, 'b'],
    ],
    ['by a refusal it has no answer for is a failure', failure(true), () => undefined],
    ['not by AWS is a failure', new Error('a bug'), (seen) => [...seen, 'b']],
  ])('%s', async (_, error, refused) => {
    const hands = handsThat({ execute: failOn('b', error) });
    const b = step('b', refused ? { refused } : {});
    expect(await act(until(step('a'), b), [], hands)).toMatchObject({ seen: ['a'], error });
  });

  it('in its fold is a failure of that step', async () => {
    const broken = step('b', {
      fold: () => {
        throw new Error('no id in the answer');
      },
    });
    const { seen, error } = await act(until(step('a'), broken), [], handsThat());
    expect(seen).toEqual(['a']);
    expect(error).toMatchObject({ message: 'no id in the answer' });
  });

  it('before it is sent, for want of its intent, keeps what those before it achieved, too', async () => {
    const error = new Error('conflict');
    const hands = handsThat({
      hold: async ({ call }) => {
        if (call === 'b') throw error;
        return undefined;
      },
    });
    expect(await act(three, [], hands)).toMatchObject({ seen: ['a'], error });
    expect(hands.executed).toEqual(['a']);
  });
});

describe('a hold', () => {
  const blocked = { reason: 'DriftFight', message: 'held' } as const;
  const steps = until(step('a', { field: 'x' }), step('b'), step('c'));

  it('of a step leaves that one out, and says so at the end', async () => {
    const hands = handsThat({
      hold: async ({ call }) => (call === 'a' ? { extent: 'step', blocked } : undefined),
    });
    const { seen, plan } = await act(steps, [], hands);
    expect(seen).toEqual(['b', 'c']);
    expect(plan.blocked).toEqual(blocked);
  });

  it('of the plan stops it where it is, until the time it names', async () => {
    const hands = handsThat({
      hold: async ({ call }) => (call === 'b' ? { extent: 'plan', blocked, wakeAt: 9 } : undefined),
    });
    const { seen, plan } = await act(steps, [], hands);
    expect(seen).toEqual(['a']);
    expect(plan).toMatchObject({ blocked, wakeAt: 9 });
    expect(hands.executed).toEqual(['a']);
  });

  it.each([
    [5, 5],
    [12, 9],
  ])('and what the plan itself waits for is not held up: %i', async (wakeAt, expected) => {
    const held = { reason: 'DeletionHeld', message: 'm' } as const;
    const hands = handsThat({ hold: async () => ({ extent: 'plan', blocked: held, wakeAt: 9 }) });
    const { plan } = await act(() => ({ steps: [step('a')], wakeAt }), [], hands);
    expect(plan).toMatchObject({ blocked: held, wakeAt: expected });
  });

  it('is asked for immediately before each step', async () => {
    const order: string[] = [];
    await act(steps, [], {
      hold: async ({ call }) => void order.push(`may ${call}`),
      execute: async ({ call }) => order.push(call),
    });
    expect(order).toEqual(['may a', 'a', 'may b', 'b', 'may c', 'c']);
  });
});
