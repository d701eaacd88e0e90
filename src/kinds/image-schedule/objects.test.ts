import { describe, expect, it } from 'vitest';
import { imageObject } from './objects.ts';

const scheduledBy = {
  schedule: 'shop/fleet',
  scheduleName: 'nightly',
  tick: '2026-01-01T03:00:00Z',
  instanceId: 'i-1',
};
const imageOf = (spec: object) =>
  imageObject(
    {
      name: 'a',
      uid: 'u-1',
      labels: {},
      annotations: {},
      deleting: false,
      spec: { scheduledBy, ...spec },
      status: {},
    },
    'shop/fleet',
  );

describe('an Image of a schedule', () => {
  it('restarts an instance only where it is to be made', () => {
    expect(imageOf({ noReboot: false })?.reboots).toBe(true);
    expect(imageOf({ noReboot: false, adopt: 'ami-1' })?.reboots).toBe(false);
    expect(imageOf({})?.reboots).toBe(false);
  });

  it('is none of its own where its tick is no time, or another schedule’s', () => {
    expect(imageOf({ scheduledBy: { ...scheduledBy, tick: '2026-99-99T99:99:99Z' } })).toBeUndefined();
    expect(imageOf({ scheduledBy: { ...scheduledBy, schedule: 'shop/other' } })).toBeUndefined();
  });
});
