import { createHash } from 'node:crypto';

/**
 * Whose turn it is in a sweep to be asked about what AWS tells of one resource at a time, so that a sweep of a
 * thousand costs the same calls as others do, and the thousand are spread over the time.
 * Guarantees: an object's turn comes once in `every` milliseconds, or with the first sweep after it; the first at a
 * time of its own within `every`; it is forgotten when it had none for two of them.
 */
export function createTurns(every: number): (uid: string, now: number) => boolean {
  const due = new Map<string, number>();
  let forgotten = 0;
  return (uid, now) => {
    // A clock that was set back makes nobody wait for longer.
    const known = due.get(uid);
    const at = known !== undefined && known <= now + every ? known : now + every * shareOf(uid);
    const comes = at <= now;
    due.set(uid, comes ? now + every : at);
    if (Math.abs(now - forgotten) >= every) {
      forgotten = now;
      for (const [one, time] of due) if (time < now - every) due.delete(one);
    }
    return comes;
  };
}

/** From 0 to 1, of a uid always the same. */
const shareOf = (uid: string): number => createHash('sha256').update(uid).digest().readUInt32BE(0) / 2 ** 32;
