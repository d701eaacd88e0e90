import type { Call } from '../call.ts';
import type { ImageFailure, ImagePending } from '../control-types.ts';
import { type Element, elements, textAt } from '../xml.ts';

/** What the emulator does not keep about the images of one account and region. */
export interface ImageState {
  /** Image id → what is special about it. */
  readonly images: Map<string, ImageFacts>;
  /** Snapshot id → how it is encrypted. */
  readonly encryption: Map<string, { readonly kmsKeyId: string }>;
  /** CopyImage's client token → the image it made. */
  readonly tokens: Map<string, string>;
}

export interface ImageFacts {
  /** While it is pending: how many reads see it so, or until when. */
  pending?: { readsLeft?: number; until?: number; forever?: true } | undefined;
  /** It became `failed`, with this reason. */
  failure?: string | undefined;
  description?: string | undefined;
  deprecationTime?: string | undefined;
  protection?: string | undefined;
  /** It cannot be deregistered before. Milliseconds since the epoch. */
  protectedUntil?: number | undefined;
  createdAt?: string | undefined;
  lastLaunched?: string | undefined;
  /** Other accounts that use it. */
  usedBy?: readonly string[];
  /** When a report on its use was asked for. */
  usageReportAt?: string;
  /** A further snapshot that it is made of. */
  madeOf?: string;
  /** Further resources that refer to it, beside instances. */
  references?: readonly { readonly type: string; readonly arn: string }[];
}

export class ImageStates {
  #byScope = new Map<string, ImageState>();
  /** What becomes of the images made from now on, by region. */
  readonly pending = new Map<string, ImagePending>();
  readonly failure = new Map<string, ImageFailure>();
  /** What DeregisterImage says of a snapshot, which it then leaves. */
  readonly undeletable = new Map<string, string>();
  readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }

  of(call: Pick<Call, 'accountId' | 'region'>): ImageState {
    const scope = `${call.accountId}/${call.region}`;
    const state = this.#byScope.get(scope) ?? {
      images: new Map(),
      encryption: new Map(),
      tokens: new Map(),
    };
    this.#byScope.set(scope, state);
    return state;
  }

  facts(call: Call, imageId: string): ImageFacts {
    const { images } = this.of(call);
    const facts = images.get(imageId) ?? {};
    images.set(imageId, facts);
    return facts;
  }

  /** Of whatever account and region. */
  find(imageId: string): ImageFacts | undefined {
    return [...this.#byScope.values()]
      .map(({ images }) => images.get(imageId))
      .find((facts) => facts !== undefined);
  }

  /** An image has just been made. */
  born(call: Call, imageId: string): void {
    const facts = this.facts(call, imageId);
    const pending = this.pending.get(call.region) ?? 'none';
    const failure = this.failure.get(call.region);
    if (failure !== undefined) facts.failure = failure.reason;
    if (pending === 'none') return;
    if (pending === 'until settled') facts.pending = { forever: true };
    else if ('reads' in pending) facts.pending = { readsLeft: pending.reads };
    else facts.pending = { until: this.now() + pending.milliseconds };
  }

  /** `counts`: this is a read that a test wants counted. */
  isPending(facts: ImageFacts | undefined, counts: boolean): boolean {
    const pending = facts?.pending;
    if (!facts || !pending) return false;
    const over =
      pending.until !== undefined
        ? this.now() >= pending.until
        : pending.readsLeft !== undefined && pending.readsLeft <= 0;
    if (over) facts.pending = undefined;
    else if (counts && pending.readsLeft !== undefined) pending.readsLeft -= 1;
    return !over;
  }

  reset(): void {
    this.#byScope.clear();
    this.undeletable.clear();
    this.pending.clear();
    this.failure.clear();
  }
}

export const snapshotIdsOf = (image: Element): string[] =>
  elements(elements(image, 'blockDeviceMapping')[0], 'item').flatMap(
    (mapping) => textAt(mapping, 'ebs', 'snapshotId') ?? [],
  );
