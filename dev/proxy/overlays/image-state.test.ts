import { describe, expect, it } from 'vitest';
import type { Call } from '../call.ts';
import { ImageStates } from './image-state.ts';

const region = 'eu-central-1';
const call: Call = {
  id: 1,
  protocol: 'ec2',
  service: 'ec2',
  operation: 'CreateImage',
  region,
  accountId: '123456789012',
  accessKey: 'operator',
  input: {},
  http: { method: 'POST', path: '/', headers: [], body: Buffer.from('') },
};

function states() {
  let now = 0;
  const all = new ImageStates(() => now);
  return { all, sleep: (milliseconds: number) => (now += milliseconds) };
}

describe('an image that was just made', () => {
  it('is there at once, unless a test wants it pending', () => {
    const { all } = states();
    all.born(call, 'ami-1');
    expect(all.isPending(all.facts(call, 'ami-1'), true)).toBe(false);
  });

  it('is pending for as many reads as were asked for, and only those that count', () => {
    const { all } = states();
    all.pending.set(region, { reads: 2 });
    all.born(call, 'ami-1');
    const read = (counts: boolean) => all.isPending(all.facts(call, 'ami-1'), counts);
    expect([read(false), read(true), read(false), read(true), read(true)]).toEqual([
      true,
      true,
      true,
      true,
      false,
    ]);
  });

  it('is pending for a time, in its region only', () => {
    const { all, sleep } = states();
    all.pending.set(region, { milliseconds: 1_000 });
    all.born(call, 'ami-1');
    all.born({ ...call, region: 'eu-west-1' }, 'ami-2');
    expect(all.isPending(all.find('ami-2'), true)).toBe(false);
    expect(all.isPending(all.find('ami-1'), true)).toBe(true);
    sleep(1_000);
    expect(all.isPending(all.find('ami-1'), true)).toBe(false);
  });

  it('is forgotten with a reset', () => {
    const { all } = states();
    all.pending.set(region, 'until settled');
    all.born(call, 'ami-1');
    all.reset();
    expect(all.find('ami-1')).toBeUndefined();
    all.born(call, 'ami-2');
    expect(all.isPending(all.find('ami-2'), true)).toBe(false);
  });
});
