import { createHash } from 'node:crypto';

/**
 * How long after its tick one instance's image is made, in milliseconds, from 0 up to but without `limit`:
 * spread by a hash and not by chance, so that it is the same after a restart and on another replica.
 */
export function jitterOf(key: readonly string[], limit: number): number {
  if (limit <= 0) return 0;
  const digest = createHash('sha256').update(key.join('\n')).digest();
  return Math.floor((digest.readUInt32BE(0) / 2 ** 32) * limit);
}
