import type { Expired } from './expire.ts';
import type { ScheduledImage } from './image.ts';

/** Who uses an image, as far as AWS could be asked. */
export type Usage =
  | { readonly state: 'free' }
  | { readonly state: 'used'; readonly by: readonly string[] }
  /** Others may use it, and AWS is to be asked who, or has no answer yet. */
  | { readonly state: 'shared'; readonly why: string; readonly ask: readonly Shared[] }
  /** It could not be found out: nothing is deleted on a guess. */
  | { readonly state: 'unknown'; readonly why: string };

/** A shared image on whose use AWS has not reported lately. */
export interface Shared {
  readonly imageId: string;
  readonly region: string | undefined;
}

export interface DecideOptions {
  /** Of an AMI; undefined where nobody has asked, for there are too many to ask of at once. */
  usageOf(imageId: string): Usage | undefined;
  /** The spec says that an image goes although it is in use. */
  readonly deleteInUse: boolean;
  /** Deletions at once. */
  readonly cap: number;
  /** Why no more go now, where it is not only that others go first. */
  readonly full?: string | undefined;
}

export interface Decision {
  readonly deletions: readonly Expired[];
  /** Expired, and why they stay for now. */
  readonly held: readonly (Expired & { readonly hold: string })[];
}

/**
 * Which of the expired images go now. Guarantees: pure; none that is in use, unless the spec says so; if
 * the use of any could not be found out, none at all; the oldest first, no more than `cap`.
 */
export function decide(entries: readonly Expired[], options: DecideOptions): Decision {
  const checked = entries.map((entry): Expired & Checked =>
    entry.hold === undefined ? { ...entry, ...usageHold(entry, options) } : entry,
  );
  const failure = checked.find(({ failed }) => failed)?.hold;
  let room = options.cap;
  const deletions: Expired[] = [];
  const held: (Expired & { readonly hold: string })[] = [];
  for (const { hold, failed: _, ...entry } of checked) {
    const because = hold ?? failure ?? (room > 0 ? undefined : (options.full ?? othersFirst));
    if (because !== undefined) {
      held.push({ ...entry, hold: because });
      continue;
    }
    room -= 1;
    deletions.push(entry);
  }
  return { deletions, held };
}

const othersFirst = 'others go first';

interface Checked {
  readonly hold?: string;
  /** AWS could not be asked: then nothing goes at all. */
  readonly failed?: true;
}

function usageHold({ image }: Expired, { usageOf, deleteInUse }: DecideOptions): Checked {
  if (!hasUsers(image) || deleteInUse) return {};
  const usage = usageOf(image.imageId);
  switch (usage?.state) {
    case 'free':
      return {};
    case 'used':
      return { hold: `it is in use by ${shortened(usage.by)}` };
    case 'shared':
      return { hold: `it is shared, and ${usage.why}` };
    case 'unknown':
      return { hold: `whether it is in use could not be found out: ${usage.why}`, failed: true };
    case undefined:
      return { hold: othersFirst };
  }
}

/** Whether anything of it is in AWS, itself or a copy, that somebody could use. */
export const hasUsers = (image: ScheduledImage): image is ScheduledImage & { readonly imageId: string } =>
  image.imageId !== undefined && (image.isListed || image.copies.length > 0);

const shown = 3;

const shortened = (names: readonly string[]): string =>
  names.length <= shown
    ? names.join(', ')
    : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
