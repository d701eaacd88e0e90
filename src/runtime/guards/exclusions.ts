/**
 * Two objects may want the same thing in AWS, such as a private address to carry an Elastic IP. Both see
 * it free, and the second call would displace the first one's without a word. So a step that names what it
 * takes (`Step.exclusive`) goes ahead only if nobody else's began after this object was observed.
 */
export interface Exclusions {
  /** A number that grows with every claim: taken before observing. */
  readonly turn: number;
  /** Claims `name` for `object`, which was observed at `turn`. False: somebody else claimed it since. */
  claim(name: string, object: string, turn: number): boolean;
}

export function createExclusions(): Exclusions {
  const claims = new Map<string, { object: string; turn: number }>();
  let turn = 0;
  return {
    get turn() {
      return turn;
    },
    claim(name, object, observedAt) {
      const last = claims.get(name);
      if (last && last.object !== object && last.turn > observedAt) return false;
      turn += 1;
      claims.set(name, { object, turn });
      return true;
    },
  };
}
