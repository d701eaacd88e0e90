import type { Listing, Pulse, Self } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';
import { grouped, type Member } from './groups.ts';
import { forEachMember, type Judged, judge, waitsForSpec, wasRefused } from './judge.ts';

/** Of a kind whose types only it knows. */
export type AnyPulse = Pulse<Self<unknown, unknown>>;

export interface PulseResult {
  /**
   * The objects that a listing shows to differ. `patient`: what would be done first is what AWS has refused, so that
   * the wait for that is soon enough.
   */
  readonly differing: readonly { readonly key: string; readonly patient: boolean }[];
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
  const differing: { key: string; patient: boolean }[] = [];
  const failures: unknown[] = [];
  for (const { scope, members } of groups) {
    try {
      const listing = await options.kind.list(scope);
      await forEachMember(members, async (member) => {
        try {
          const { differs, first } = await look(options, listing, member);
          const { key, object } = member;
          if (differs) differing.push({ key, patient: wasRefused(object, first) });
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

async function look(
  options: ReconcilerOptions,
  listing: Listing<Self<unknown, unknown>, unknown>,
  member: Member,
): Promise<Judged> {
  const seen = await listing.observe(member.self, member.ctx);
  if (seen === undefined) return { differs: false };
  const judged = judge(options, member, seen);
  return waitsForSpec(member.object, judged.first) ? { differs: false } : judged;
}
