import type { Clock } from '../../core/ports.ts';

/**
 * The brake on mass deletion (`--max-deletions`): of everything this process manages, no more than `limit`
 * objects have something in AWS deleted within ten minutes; the next ones wait their turn, or for a
 * person's annotation.
 */
export interface Deletions {
  /**
   * Whether `object` may delete now. One that was let through stays so until the window has passed. What is `paced`
   * by its own kind is not counted; a limit of 0 holds it like all else.
   */
  admit(object: string, paced?: boolean): boolean;
  /** When the next one may, in milliseconds since the epoch. */
  readonly nextAt: number;
}

const window = 10 * 60_000;

export function createDeletions(limit: number, clock: Clock): Deletions {
  const admitted = new Map<string, number>();
  const forgetOld = () => {
    for (const [object, at] of admitted) if (clock.now() - at >= window) admitted.delete(object);
  };
  return {
    admit(object, paced = false) {
      if (paced) return limit > 0;
      forgetOld();
      if (admitted.has(object)) return true;
      if (admitted.size >= limit) return false;
      admitted.set(object, clock.now());
      return true;
    },
    get nextAt() {
      // With a limit of 0 none ever was let through: then it is asked again as often as any other.
      return Math.min(clock.now(), ...admitted.values()) + window;
    },
  };
}
