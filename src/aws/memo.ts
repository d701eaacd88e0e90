import type { Clock } from '../core/ports.ts';

/**
 * `load` remembered by key for a while: one call at a time a key, a failure for a shorter time, so that
 * many who ask for what is denied do not each ask AWS.
 */
export function memo<Value>(
  clock: Clock,
  keep: { readonly success: number; readonly failure: number },
  load: (key: string) => Promise<Value>,
): (key: string) => Promise<Value> {
  const entries = new Map<string, { readonly value: Promise<Value>; until: number }>();
  return (key) => {
    const known = entries.get(key);
    if (known && clock.now() < known.until) return known.value;
    const entry = { value: load(key), until: Number.POSITIVE_INFINITY };
    entries.set(key, entry);
    entry.value.then(
      () => {
        entry.until = clock.now() + keep.success;
      },
      () => {
        entry.until = clock.now() + keep.failure;
      },
    );
    return entry.value;
  };
}
