import type { Listing, Pulse, Self } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';
import { grouped, type Member } from './groups.ts';
import { forEachMember, judge, waitsForSpec } from './judge.ts';

/** Of a kind whose types only it knows. */
export type AnyPulse = Pulse<Self<unknown, unknown>>;

export interface PulseResult {
  /** Keys of the objects that a listing shows to differ. */
  readonly differing: readonly string[];
  /** Why a listing, or an object in it, could not be read. */
  readonly failures: readonly unknown[];
}

/**
 * Between two sweeps, a look at what cannot wait for the next. Guarantees: it concludes only from what it sees
 * (what is not listed, placed or readable is the sweep's, or has a wait of its own), so that it adds no call
 * to those that AWS does not answer.
 */
export async function takePulse(
  options: ReconcilerOptions,
  pulse: AnyPulse,
  objects: Iterable<Resource>,
): Promise<PulseResult> {
  const { groups } = await grouped(options, objects, (self) => pulse.concerns(self));
  const differing: string[] = [];
  const failures: unknown[] = [];
  for (const { scope, members } of groups) {
    try {
      const listing = await options.kind.list(scope);
      await forEachMember(members, async (member) => {
        try {
          if (await differs(options, listing, member)) differing.push(member.key);
        } catch (error) {
          failures.push(error);
        }
      });
    } catch (error) {
      failures.push(error);
    }
  }
  return { differing, failures };
}

async function differs(
  options: ReconcilerOptions,
  listing: Listing<Self<unknown, unknown>, unknown>,
  member: Member,
): Promise<boolean> {
  const seen = await listing.observe(member.self, member.ctx);
  return seen !== undefined && !waitsForSpec(member.object) && judge(options, member, seen).differs;
}
