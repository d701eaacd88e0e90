import type { Expired } from './expire.ts';

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
  const checked = entries.map((entry) => ({ ...entry, hold: entry.hold ?? usageHold(entry, options) }));
  const failure = checked.find(({ hold }) => hold?.startsWith(unknown))?.hold;
  let room = options.cap;
  const deletions: Expired[] = [];
  const held: (Expired & { readonly hold: string })[] = [];
  for (const { hold, ...entry } of checked) {
    const because = hold ?? failure ?? (room > 0 ? undefined : othersFirst);
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
const unknown = 'whether it is in use could not be found out';

function usageHold({ image }: Expired, { usageOf, deleteInUse }: DecideOptions): string | undefined {
  if (image.imageId === undefined || deleteInUse) return undefined;
  const usage = usageOf(image.imageId);
  if (usage?.state === 'free') return undefined;
  if (usage?.state === 'used') return `it is in use by ${shortened(usage.by)}`;
  if (usage?.state === 'shared') return `it is shared, and ${usage.why}`;
  return usage ? `${unknown}: ${usage.why}` : othersFirst;
}

const shown = 3;

const shortened = (names: readonly string[]): string =>
  names.length <= shown
    ? names.join(', ')
    : `${names.slice(0, shown).join(', ')} and ${names.length - shown} more`;
