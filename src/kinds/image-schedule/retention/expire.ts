import { groupOf, isCopiesOnly, isGood, newestFirst, type ScheduledImage } from './image.ts';
import { describeRules, kept, type Rules } from './rules.ts';

/** What becomes of the images of an instance that is no more. */
export type OnInstanceGone = 'KeepLast' | 'Keep' | 'Delete';

export interface RetentionOptions {
  readonly now: number;
  /** By the schedule's name; one without rules keeps its images. */
  readonly rules: ReadonlyMap<string, Rules>;
  /** Instances that AWS has no more. */
  readonly gone: ReadonlySet<string>;
  readonly onInstanceGone: OnInstanceGone;
  /** Of how many runs those that failed stay, to be looked at. */
  readonly failedHistoryLimit: number;
  /** The schedule is being deleted, and its images with it: no rule keeps any. */
  readonly all: boolean;
}

/** An image that no rule keeps. `hold` says why it stays all the same. */
export interface Expired {
  readonly image: ScheduledImage;
  readonly reason: string;
  readonly hold?: string;
}

/**
 * The images that the rules keep no longer, oldest first.
 *
 * Guarantees: pure. A group keeps its newest good image, and `min` of them (unless its instance is gone and
 * `onInstanceGone` is `Delete`, or the schedule is deleted with all it has); one that is no good goes only
 * when a newer good one exists, unless nothing of it is left anywhere; pending and protected ones are held. What
 * it says nothing of, stays.
 */
export function expired(images: readonly ScheduledImage[], options: RetentionOptions): Expired[] {
  const present = images.filter(({ going }) => !going);
  const failures = present.filter(
    (image) => (image.state === 'failed' || image.state === 'gone') && !isCopiesOnly(image),
  );
  const backups = present.filter((image) => !failures.includes(image));
  const groups = Map.groupBy(backups, groupOf);
  return [
    ...(options.all ? failures.map(becauseOfAll) : expiredFailures(failures, options.failedHistoryLimit)),
    ...[...groups.values()].flatMap((group) => expiredOf(group, options)),
  ].sort((a, b) => newestFirst(b.image, a.image));
}

const runOf = ({ schedule, tick }: ScheduledImage): string => `${schedule}/${tick}`;

const becauseOfAll = (image: ScheduledImage): Expired => held({ image, reason: 'the schedule is deleted' });

/** All of a run stay: whoever looks wants to know of every instance it failed for. */
function expiredFailures(failures: readonly ScheduledImage[], limit: number): Expired[] {
  const runs = [...new Set(failures.toSorted(newestFirst).map(runOf))].slice(0, limit);
  return failures
    .filter((image) => !runs.includes(runOf(image)))
    .map((image) => held({ image, reason: image.state === 'gone' ? 'its AMI is gone' : 'it failed' }));
}

function expiredOf(group: readonly ScheduledImage[], options: RetentionOptions): Expired[] {
  if (options.all) return group.map(becauseOfAll);
  const [first] = group;
  const rules = first && options.rules.get(first.schedule);
  if (!first || !rules) return [];
  if (options.gone.has(first.instanceId)) return expiredOfGone(group, rules, options);
  return beyond(group, rules, options.now);
}

function expiredOfGone(
  group: readonly ScheduledImage[],
  rules: Rules,
  { onInstanceGone, now }: RetentionOptions,
): Expired[] {
  if (onInstanceGone === 'Keep') return [];
  if (onInstanceGone === 'KeepLast') return beyond(group, rules, now);
  const { age } = rules;
  return group
    .filter(({ tick }) => age === undefined || now - tick >= age)
    .map((image) => held({ image, reason: `${image.instanceId} is gone` }));
}

function beyond(group: readonly ScheduledImage[], rules: Rules, now: number): Expired[] {
  const keep = kept(group, rules, now);
  const newestGood = group.filter(isGood).sort(newestFirst)[0];
  return group
    .filter((image) => !keep.has(image))
    .map((image) => {
      const going = held({ image, reason: describeRules(rules) });
      const superseded = newestGood !== undefined && newestFirst(newestGood, image) < 0;
      return superseded || going.hold !== undefined
        ? going
        : { ...going, hold: `${left(image)}there is no newer good image` };
    });
}

function left(image: ScheduledImage): string {
  if (!isCopiesOnly(image)) return '';
  const regions = image.copies.map(({ region }) => region).join(', ');
  return `its ${image.copies.length === 1 ? 'copy' : 'copies'} in ${regions} is what is left, and `;
}

/** What AWS itself forbids, or would leave half done. */
function held(entry: Omit<Expired, 'hold'>): Expired {
  if (entry.image.state === 'pending') return { ...entry, hold: 'it is still pending' };
  if (entry.image.isProtected) return { ...entry, hold: 'it is protected against deregistration' };
  return entry;
}
