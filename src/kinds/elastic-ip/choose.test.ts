import { describe, it } from 'vitest';
import { type Case, expectChoice } from './choice-table.test-data.ts';
import { impairedFor, minute, now, occupied, on } from './sample.test-data.ts';

const unknown = { health: { status: 'unknown' } } as const;
const failback = { failback: true, last: { from: 'i-a', at: now - 10 * minute } };

describe('a selector chooses', () => {
  it.each<[string, Case]>([
    ['the first healthy one, by id', { candidates: [on('b'), on('a')], choice: { to: 'i-a' } }],
    ['nowhere, when there is none', { candidates: [], choice: { to: undefined } }],
    ['no stopped one', { candidates: [on('a', { state: 'stopped' }), on('b')], choice: { to: 'i-b' } }],
    ['no impaired one', { candidates: [on('a', impairedFor(1)), on('b')], choice: { to: 'i-b' } }],
    ['none whose health is not known', { candidates: [on('a', unknown)], choice: { to: undefined } }],
    ['none that carries another Elastic IP', { candidates: [on('a', occupied)], choice: { to: undefined } }],
    [
      'one whose public address AWS assigned at launch, and takes back by itself',
      {
        candidates: [
          on('a', { occupant: { publicIp: '198.51.100.1', allocationId: undefined, ownerId: 'amazon' } }),
        ],
        choice: { to: 'i-a' },
      },
    ],
    [
      'none outside the network border group of the address',
      { candidates: [on('a', { networkBorderGroup: 'eu-central-1-ham-1' })], choice: { to: undefined } },
    ],
    [
      'a free one before one that would have to give something up',
      {
        candidates: [on('a', occupied), on('b')],
        rules: { allowReassociation: true },
        choice: { to: 'i-b' },
      },
    ],
    [
      'an occupied one where the spec allows it and no other is left',
      { candidates: [on('a', occupied)], rules: { allowReassociation: true }, choice: { to: 'i-a' } },
    ],
  ])('%s', (_, test) => expectChoice(test));
});

describe('an address that sits on a selected instance', () => {
  it.each<[string, Case]>([
    ['does not wander', { holder: on('b'), candidates: [on('a'), on('b')], choice: { to: 'i-b' } }],
    [
      'never moves while health is unknown',
      { holder: on('b', unknown), candidates: [on('a'), on('b', unknown)], choice: { to: 'i-b' } },
    ],
    [
      'nor goes back meanwhile',
      {
        holder: on('b', unknown),
        candidates: [on('a'), on('b', unknown)],
        rules: failback,
        choice: { to: 'i-b' },
      },
    ],
    [
      'does not move while its instance starts',
      {
        holder: on('b', { state: 'pending' }),
        candidates: [on('a'), on('b', { state: 'pending' })],
        choice: { to: 'i-b' },
      },
    ],
    [
      'leaves a stopped one at once, even in the cooldown',
      {
        holder: on('b', { state: 'stopped' }),
        candidates: [on('b', { state: 'stopped' }), on('c')],
        rules: { last: { from: 'i-a', at: now - 1 } },
        choice: { to: 'i-c', reason: 'i-b is stopped' },
      },
    ],
    [
      'stays on an impaired one for unhealthyAfter, and wakes then',
      {
        holder: on('a', impairedFor(20_000)),
        candidates: [on('a', impairedFor(20_000)), on('b')],
        choice: { to: 'i-a', wakeAt: now + 40_000 },
      },
    ],
    [
      'leaves it after that',
      {
        holder: on('a', impairedFor(minute)),
        candidates: [on('a', impairedFor(minute)), on('b')],
        choice: { to: 'i-b', reason: 'i-a fails its status checks' },
      },
    ],
    [
      'stays longer within the cooldown of the last move',
      {
        holder: on('a', impairedFor(minute)),
        candidates: [on('a', impairedFor(minute)), on('b')],
        rules: { last: { from: 'i-b', at: now - minute } },
        choice: { to: 'i-a', wakeAt: now + 4 * minute },
      },
    ],
    [
      'stays where nothing healthy is left, and says so',
      {
        holder: on('a', { state: 'stopped' }),
        candidates: [on('a', { state: 'stopped' }), on('b', impairedFor(1))],
        choice: { to: 'i-a', stuck: 'i-a is stopped' },
      },
    ],
    [
      'leaves one that is no longer selected',
      { holder: on('z'), candidates: [on('a')], choice: { to: 'i-a', reason: 'i-z is no longer selected' } },
    ],
  ])('%s', (_, test) => expectChoice(test));
});

describe('failback', () => {
  it.each<[string, Case]>([
    [
      'returns to where the address came from, once that is healthy',
      {
        holder: on('b'),
        candidates: [on('a'), on('b')],
        rules: failback,
        choice: { to: 'i-a', reason: 'i-a is healthy again' },
      },
    ],
    [
      'waits out the cooldown',
      {
        holder: on('b'),
        candidates: [on('a'), on('b')],
        rules: { failback: true, last: { from: 'i-a', at: now - minute } },
        choice: { to: 'i-b', wakeAt: now + 4 * minute },
      },
    ],
    [
      'does not return to one that is not healthy',
      {
        holder: on('b'),
        candidates: [on('a', impairedFor(1)), on('b')],
        rules: failback,
        choice: { to: 'i-b' },
      },
    ],
    [
      'takes nothing from whoever has the place now, whatever the spec allows',
      {
        holder: on('b'),
        candidates: [on('a', occupied), on('b')],
        rules: { ...failback, allowReassociation: true },
        choice: { to: 'i-b' },
      },
    ],
    [
      'is off by default',
      {
        holder: on('b'),
        candidates: [on('a'), on('b')],
        rules: { last: failback.last },
        choice: { to: 'i-b' },
      },
    ],
  ])('%s', (_, test) => expectChoice(test));
});

describe('an address that was taken off', () => {
  it.each<[string, Case]>([
    [
      'goes back to the instance it was on, and not to the first',
      { candidates: [on('a'), on('b')], rules: { previous: 'i-b' }, choice: { to: 'i-b' } },
    ],
    [
      'goes back there while its health is unknown, too',
      { candidates: [on('a'), on('b', unknown)], rules: { previous: 'i-b' }, choice: { to: 'i-b' } },
    ],
    [
      'goes on to the next when that one is terminated',
      {
        candidates: [on('a'), on('b', { state: 'terminated' })],
        rules: { previous: 'i-b' },
        choice: { to: 'i-a', reason: 'i-b is terminated' },
      },
    ],
    [
      'goes on to the next when that one is not there any more',
      {
        candidates: [on('a')],
        rules: { previous: 'i-b' },
        choice: { to: 'i-a', reason: 'i-b is terminated or no longer selected' },
      },
    ],
    [
      'goes on to the next when somebody else has its place',
      {
        candidates: [on('a'), on('b', occupied)],
        rules: { previous: 'i-b' },
        choice: { to: 'i-a', reason: 'i-b carries another address' },
      },
    ],
  ])('%s', (_, test) => expectChoice(test));
});
