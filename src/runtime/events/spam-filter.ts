/** client-go's: 25 Events about one object at once, then one in five minutes. */
const burst = 25;
const refillMs = 5 * 60_000;

/** Objects remembered; who was forgotten starts full again. */
const maxObjects = 4_096;

/** A token bucket for each object, so that one that fails in ever new words does not drown the others. */
export class SpamFilter {
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  /** Takes a token, or tells when there will be one, in milliseconds since the epoch. */
  take(uid: string, now: number): number | undefined {
    const bucket = this.#buckets.get(uid) ?? { tokens: burst, at: now };
    const refilled = Math.max(0, now - bucket.at) / refillMs;
    bucket.tokens = Math.min(burst, bucket.tokens + refilled);
    bucket.at = now;
    this.#remember(uid, bucket);
    if (bucket.tokens < 1) return now + Math.ceil((1 - bucket.tokens) * refillMs);
    bucket.tokens -= 1;
    return undefined;
  }

  #remember(uid: string, bucket: { tokens: number; at: number }): void {
    this.#buckets.delete(uid);
    this.#buckets.set(uid, bucket);
    for (const oldest of this.#buckets.keys()) {
      if (this.#buckets.size <= maxObjects) break;
      this.#buckets.delete(oldest);
    }
  }
}
