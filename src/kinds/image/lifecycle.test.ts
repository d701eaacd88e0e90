import { describe, it } from 'vitest';
import { type Case, check } from './check.test-data.ts';
import { at, day, hour, image, known, minute, now, object, seen, site } from './sample.test-data.ts';

describe('its end', () => {
  const aged = (age: number, more: object = {}) =>
    seen({ primary: site({ image: image({ createdAt: at(now - age), ...more }) }) });
  it.each<Case>([
    ['is set', object({ deprecateAfter: '90d' }), aged(day), { calls: ['ec2:EnableImageDeprecation'] }],
    [
      'is set once: AWS keeps the minute',
      object({ deprecateAfter: '90d' }),
      aged(day, { deprecatedAt: at(now + 89 * day + minute / 2) }),
      {},
    ],
    [
      'that has passed is set as soon as can be',
      object({ deprecateAfter: '1d' }),
      aged(2 * day),
      { calls: ['ec2:EnableImageDeprecation'] },
    ],
    [
      'that has passed is not set again',
      object({ deprecateAfter: '1d' }),
      aged(2 * day, { deprecatedAt: at(now) }),
      {},
    ],
    [
      'that we set is taken back with the field',
      object({}, { status: { ...known, deprecatedAt: at(now + day) } }),
      aged(day, { deprecatedAt: at(now + day) }),
      { calls: ['ec2:DisableImageDeprecation'] },
    ],
    [
      'that somebody else set is left',
      object({}, { status: known }),
      aged(day, { deprecatedAt: at(now + day) }),
      {},
    ],
    ['comes with disableAfter', object({ disableAfter: '1d' }), aged(day), { calls: ['ec2:DisableImage'] }],
    [
      'is woken up for when it is near',
      object({ disableAfter: '1d' }),
      aged(day - hour / 2),
      { wakeAt: now + hour / 2 },
    ],
    ['and left to the sweep when it is not', object({ disableAfter: '30d' }), aged(day), {}],
    [
      'is undone where we did it and the age was raised',
      object({ disableAfter: '30d' }, { status: { ...known, disabledAt: at(now - hour) } }),
      aged(day, { state: 'disabled' }),
      { calls: ['ec2:EnableImage'] },
    ],
    [
      'by somebody else’s hand is left',
      object({ disableAfter: '30d', share: { accounts: ['111111111111'] } }),
      aged(day, { state: 'disabled' }),
      {},
    ],
  ])('%s', (...test) => check(test));
});
