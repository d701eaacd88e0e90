import { type Gfs, keptByGfs } from './gfs.ts';
import { isCopiesOnly, isGood, newestFirst, type ScheduledImage } from './image.ts';

/** `retain` of a schedule. What any of the rules keeps stays; without `count`, `age` and `gfs` everything does. */
export interface Rules {
  readonly count?: number | undefined;
  /** Milliseconds. */
  readonly age?: number | undefined;
  readonly gfs?: Gfs | undefined;
  /** At least 1. */
  readonly min: number;
  /** In which the periods of `gfs` begin and end. */
  readonly timeZone: string;
}

/**
 * What the rules keep of one group. Guarantees: never fewer than `min` good images, if there are so many;
 * an image is kept by `count` while fewer than `count` good ones are newer, so that one which is no good
 * takes no good one's place. Copies whose image is gone stand in for a good one that is missing from `min`, and
 * take no good one's place either.
 */
export function kept(
  group: readonly ScheduledImage[],
  rules: Rules,
  now: number,
): ReadonlySet<ScheduledImage> {
  const { count, age, gfs, min } = rules;
  const images = group.toSorted(newestFirst);
  if (count === undefined && age === undefined && gfs === undefined) return new Set(images);
  const keep = new Set(gfs ? keptByGfs(images, gfs, rules.timeZone) : []);
  let newerGood = 0;
  let newerCopies = 0;
  for (const image of images) {
    const young = age !== undefined && now - image.tick < age;
    const counted = count !== undefined && newerGood < count;
    const needed = isGood(image) ? newerGood < min : isCopiesOnly(image) && newerGood + newerCopies < min;
    if (young || counted || needed) keep.add(image);
    if (isGood(image)) newerGood += 1;
    else if (isCopiesOnly(image)) newerCopies += 1;
  }
  return keep;
}

/** Why an image goes, in words. */
export function describeRules({ count, age, gfs }: Rules): string {
  const words = [
    count === undefined ? '' : `beyond the newest ${count}`,
    age === undefined ? '' : `older than ${describeAge(age)}`,
    gfs ? 'no last one of its day, week, month or year that is kept' : '',
  ];
  return words.filter(Boolean).join(' and ');
}

const units: readonly [string, number][] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/** In the largest unit that leaves no rest. */
export function describeAge(milliseconds: number): string {
  const [unit, length] = units.find(([, each]) => milliseconds % each === 0) ?? ['ms', 1];
  return `${milliseconds / length}${unit}`;
}
