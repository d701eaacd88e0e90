/**
 * Two objects may want the same thing in AWS, such as a private address to carry an Elastic IP. Both see
 * it free, and the second call would displace the first one's without a word. So a step that names what it
 * takes (`Step.exclusive`) goes ahead only if nobody else's began, or was still under way, after this object
 * was observed: what is seen while a call is on its way may be either side of it.
 */
export interface Exclusions {
  /** A number that grows whenever claims end: taken before observing. */
  readonly turn: number;
  /** Claims `name` for `object`, which was observed at `turn`. False: somebody else had or made a claim since. */
  claim(name: string, object: string, turn: number): boolean;
  /** The calls of `object` have ended, with or without success: who looks from now on sees what they did. */
  settle(object: string): void;
}

interface Claim {
  readonly object: string;
  /** When it ended; while it has not, nobody can have looked after it. */
  endedAt: number;
}

export function createExclusions(): Exclusions {
  const claims = new Map<string, Claim>();
  const underWay = new Map<string, Claim[]>();
  let turn = 0;
  return {
    get turn() {
      return turn;
    },
    claim(name, object, observedAt) {
      const last = claims.get(name);
      if (last && last.object !== object && last.endedAt > observedAt) return false;
      const claim = { object, endedAt: Number.POSITIVE_INFINITY };
      claims.set(name, claim);
      underWay.set(object, [...(underWay.get(object) ?? []), claim]);
      return true;
    },
    settle(object) {
      const ended = underWay.get(object);
      if (!ended) return;
      turn += 1;
      for (const claim of ended) claim.endedAt = turn;
      underWay.delete(object);
    },
  };
}
