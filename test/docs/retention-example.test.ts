import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { read } from '../../dev/docs/documents.ts';
import { imageAge } from '../../src/core/image-age.ts';
import type { ScheduledImage } from '../../src/kinds/image-schedule/retention/image.ts';
import { kept } from '../../src/kinds/image-schedule/retention/rules.ts';

/** The numbers in docs/image-backups.md are what retention itself comes to, night by night. */

const row = /^\| `(\{.*\})` \| (\d+) \| (\d{4}-\d\d-\d\d) \|$/gm;
const rows = [...read('docs/image-backups.md').matchAll(row)].map(
  ([, retain = '', images = '', oldest = '']) => [retain, Number(images), oldest] as const,
);

const retainSchema = z.strictObject({
  count: z.int().optional(),
  age: z.string().transform(imageAge).optional(),
  gfs: z.strictObject({ daily: z.int(), weekly: z.int(), monthly: z.int() }).optional(),
});

const day = 86_400_000;
const first = Date.parse('2025-01-01T03:30:00Z');
const noon = Date.parse('2026-01-31T12:00:00Z');

const imageOf = (tick: number): ScheduledImage => ({
  name: new Date(tick).toISOString(),
  imageId: `ami-${tick}`,
  schedule: 'nightly',
  instanceId: 'i-1',
  tick,
  state: 'available',
  isListed: true,
  copies: [],
  isProtected: false,
  going: false,
});

function leftAtNoon(retain: string): ScheduledImage[] {
  const rules = { ...retainSchema.parse(parse(retain)), min: 1, timeZone: 'UTC' };
  let images: ScheduledImage[] = [];
  for (let tick = first; tick <= noon; tick += day)
    images = [...kept([...images, imageOf(tick)], rules, tick)];
  return [...kept(images, rules, noon)].sort((a, b) => a.tick - b.tick);
}

describe('what is kept of a nightly image', () => {
  it('is told for five rules', () => {
    expect(rows).toHaveLength(5);
  });

  it.each(rows)('%s: %d, the oldest of %s', (retain, images, oldest) => {
    const left = leftAtNoon(retain);
    expect(left).toHaveLength(images);
    expect(left[0]?.name.slice(0, 10)).toBe(oldest);
  });
});
