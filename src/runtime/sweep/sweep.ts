import { AwsError } from '../../core/errors.ts';
import type { Listing, Self } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { type Scope, scopeKey } from '../../core/scope.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';
import { grouped, type Member } from './groups.ts';
import { forEachMember, type Judged, judge, waitsForSpec } from './judge.ts';
import { orphansIn } from './orphans.ts';

/**
 * Finds drift in pages instead of one resource at a time: lists a kind in bulk, runs its pure `diff` over
 * the informer's cache, and names the objects that need a reconcile.
 * Guarantees: it writes nothing, neither to AWS nor to Kubernetes; it concludes nothing from absence (what
 * a listing lacks is looked at freshly); an object that is as declared costs no call of its own.
 */
export interface SweepResult {
  /** Keys of the objects that differ, or could not be judged from a listing. */
  readonly differing: readonly string[];
  /**
   * When objects that are as declared want looking at without anything telling us (`Plan.wakeAt`): a timer of
   * whoever led before is gone with that process.
   */
  readonly wakes: readonly { readonly key: string; readonly at: number }[];
  /** Resources that were listed. */
  readonly listed: number;
  /** Of each scope's objects, those whose known resource was not listed. */
  readonly missing: readonly {
    readonly scope: Scope;
    readonly total: number;
    readonly keys: readonly string[];
  }[];
  /** Resources that carry our cluster's tag and belong to no object, by id. */
  readonly orphans: readonly string[];
  /** Scopes whose bulk listing failed, with why: each object there is looked at by itself. */
  readonly unlisted: readonly { readonly scope: string; readonly error: AwsError }[];
}

export async function sweep(options: ReconcilerOptions, objects: readonly Resource[]): Promise<SweepResult> {
  const { groups, unplaced } = await grouped(options, objects);
  const differing = unplaced.filter((key) => !waitsForSpec(options.cached(key)));
  const unlisted: SweepResult['unlisted'][number][] = [];
  const missing: SweepResult['missing'][number][] = [];
  const orphans: string[] = [];
  const wakes: SweepResult['wakes'][number][] = [];
  let listed = 0;
  for (const { scope, members } of groups) {
    try {
      const listing = await options.kind.list(scope);
      listed += listing.size;
      const judged = await judgeAll(options, listing, members);
      differing.push(...judged.differing);
      wakes.push(...judged.wakes);
      missing.push({ scope, total: members.length, keys: judged.missing });
      orphans.push(...(await orphansIn(options, listing, objects)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      unlisted.push({ scope: scopeKey(scope), error });
      differing.push(...members.map(({ key }) => key));
    }
  }
  return { differing, wakes, listed, missing, orphans, unlisted };
}

async function judgeAll(
  options: ReconcilerOptions,
  listing: Listing<Self<unknown, unknown>, unknown>,
  members: readonly Member[],
): Promise<{ differing: string[]; missing: string[]; wakes: { key: string; at: number }[] }> {
  const differing: string[] = [];
  const missing: string[] = [];
  const wakes: { key: string; at: number }[] = [];
  await forEachMember(members, async (member) => {
    const { key, object, self, ctx } = member;
    try {
      const seen = await listing.observe(self, ctx);
      if (seen === undefined && options.kind.knownId(self.status) !== undefined) missing.push(key);
      const judged: Judged = seen === undefined ? { differs: true } : judge(options, member, seen);
      if (waitsForSpec(object, judged.first)) return;
      if (judged.differs) differing.push(key);
      else if (judged.wakeAt !== undefined) wakes.push({ key, at: judged.wakeAt });
    } catch {
      // What is wrong with one object is for its reconcile to say, and takes nothing from the others.
      differing.push(key);
    }
  });
  return { differing, missing, wakes };
}
