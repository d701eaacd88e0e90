import type { Clock } from '../../core/ports.ts';

/**
 * The same repair made three times in one generation is a fight with someone else: a tag policy, a
 * Lambda, Terraform, or AWS's own rewriting. It is given up: from then on the repair is made hourly, and
 * the object says which field is fought over.
 */
export interface Fights {
  /** Whether this repair may be made now; one that may is counted. */
  admit(object: string, generation: number, field: string): boolean;
  forget(object: string): void;
}

const limit = 3;
const hour = 3_600_000;
/** Repairs further apart than this are unrelated accidents. Hourly repairs keep a fight known. */
const memory = 6 * hour;

export function createFights(clock: Clock): Fights {
  const repairs = new Map<string, { generation: number; byField: Map<string, number[]> }>();
  return {
    admit(object, generation, field) {
      const known = repairs.get(object);
      const current = known?.generation === generation ? known : { generation, byField: new Map() };
      repairs.set(object, current);
      const now = clock.now();
      const recent = (current.byField.get(field) ?? []).filter((at: number) => now - at < memory);
      const fighting = recent.length >= limit && now - (recent.at(-1) ?? 0) < hour;
      if (!fighting) recent.push(now);
      current.byField.set(field, recent);
      return !fighting;
    },
    forget: (object) => void repairs.delete(object),
  };
}
