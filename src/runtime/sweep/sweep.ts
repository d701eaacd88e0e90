import { AwsError } from '../../core/errors.ts';
import { idTag } from '../../core/identity.ts';
import { type Context, type Listing, type Scope, type Self, scopeKey } from '../../core/kind.ts';
import { keyOf, type Resource } from '../../core/resource.ts';
import { sharedSpecOf } from '../../core/shared-spec.ts';
import { assess, isPaused, modeOf } from '../reconcile/assess.ts';
import type { ReconcilerOptions } from '../reconcile/options.ts';
import { contextOf } from '../reconcile/pass.ts';
import { selfOf } from '../reconcile/self.ts';
import { statusOf } from '../reconcile/status.ts';

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

/** Objects judged without giving way to anything else. */
const chunk = 200;

interface Member {
  readonly object: Resource;
  readonly self: Self<unknown, unknown>;
  readonly ctx: Context;
}

export async function sweep(
  options: ReconcilerOptions,
  objects: readonly Resource[],
  concerns: (self: Self<unknown, unknown>) => boolean = () => true,
): Promise<SweepResult> {
  const { groups, unjudged } = await grouped(options, objects, concerns);
  const differing = [...unjudged];
  const unlisted: SweepResult['unlisted'][number][] = [];
  const missing: SweepResult['missing'][number][] = [];
  const orphans: string[] = [];
  const wakes: SweepResult['wakes'][number][] = [];
  let listed = 0;
  for (const { scope, members } of groups) {
    try {
      const listing = await options.kind.list(scope);
      listed += listing.size;
      const judged = await judge(options, listing, members);
      differing.push(...judged.differing);
      wakes.push(...judged.wakes);
      missing.push({ scope, total: members.length, keys: judged.missing });
      orphans.push(...(await orphansIn(options, listing, objects)));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      unlisted.push({ scope: scopeKey(scope), error });
      differing.push(...members.map(({ object }) => keyOf(object.metadata)));
    }
  }
  return { differing, wakes, listed, missing, orphans, unlisted };
}

/** By account and region; what cannot be resolved or parsed is for the reconcile to complain about. */
async function grouped(
  options: ReconcilerOptions,
  objects: readonly Resource[],
  concerns: (self: Self<unknown, unknown>) => boolean,
): Promise<{ groups: { scope: Scope; members: Member[] }[]; unjudged: string[] }> {
  const groups = new Map<string, { scope: Scope; members: Member[] }>();
  const unjudged: string[] = [];
  for (const object of objects) {
    if (isPaused(object) || object.metadata.deletionTimestamp !== undefined) continue;
    try {
      const self = selfOf(options.kind, options.cluster, object);
      if (!concerns(self)) continue;
      const { namespace } = self.identity;
      const placement = await options.resolvePlacement({
        namespace,
        spec: sharedSpecOf(self.spec),
        global: options.kind.global ?? false,
        placed: object.status?.accountId !== undefined,
      });
      const { scope } = placement;
      const group = groups.get(scopeKey(scope)) ?? { scope, members: [] };
      group.members.push({ object, self, ctx: contextOf(options, self, placement) });
      groups.set(scopeKey(scope), group);
    } catch {
      unjudged.push(keyOf(object.metadata));
    }
  }
  return {
    groups: [...groups.values()],
    unjudged: unjudged.filter((key) => !waitsForSpec(options.cached(key))),
  };
}

async function judge(
  options: ReconcilerOptions,
  listing: Listing<Self<unknown, unknown>, unknown>,
  members: readonly Member[],
): Promise<{ differing: string[]; missing: string[]; wakes: { key: string; at: number }[] }> {
  const differing: string[] = [];
  const missing: string[] = [];
  const wakes: { key: string; at: number }[] = [];
  for (let start = 0; start < members.length; start += chunk) {
    const judged = members.slice(start, start + chunk).map(async ({ object, self, ctx }) => {
      const key = keyOf(object.metadata);
      try {
        const seen = await listing.observe(self, ctx);
        if (seen === undefined && options.kind.knownId(self.status) !== undefined) missing.push(key);
        if (waitsForSpec(object)) return;
        const judged = seen === undefined ? { differs: true } : judgeOne(options, object, self, ctx, seen);
        if (judged.differs) differing.push(key);
        else if (judged.wakeAt !== undefined) wakes.push({ key, at: judged.wakeAt });
      } catch {
        // What is wrong with one object is for its reconcile to say, and takes nothing from the others.
        differing.push(key);
      }
    });
    await Promise.all(judged);
  }
  return { differing, missing, wakes };
}

/** Whether a reconcile would call AWS, or write another status. */
function judgeOne(
  options: ReconcilerOptions,
  object: Resource,
  self: Self<unknown, unknown>,
  ctx: Context,
  seen: unknown,
): { readonly differs: boolean; readonly wakeAt?: number } {
  const { kind, clock } = options;
  options.onMeasured?.(object, kind.gauges?.measure(self, seen, ctx) ?? []);
  const plan = kind.diff(self, seen, ctx);
  const mode = modeOf(options.readOnly, sharedSpecOf(self.spec));
  if (mode === 'manage' && plan.steps.length > 0) return { differs: true };
  const draft = assess(kind, self, ctx, { seen, plan, mode, creation: self.creation });
  const differs = statusOf(object, draft, new Date(clock.now()).toISOString()) !== (object.status ?? {});
  return { differs, ...(plan.wakeAt === undefined ? {} : { wakeAt: plan.wakeAt }) };
}

/** AWS has refused this very spec: asking again in every sweep would change nothing. */
function waitsForSpec(object: Resource | undefined): boolean {
  const ready = object?.status?.conditions?.find(({ type }) => type === 'Ready');
  return ready?.reason === 'InvalidSpec' && ready.observedGeneration === object?.metadata.generation;
}

/** Asks AWS about what belongs to no object, where its kind can tell more of it; there are few. */
async function orphansIn(
  { kind, watchesAllOf }: ReconcilerOptions,
  listing: Listing<Self<unknown, unknown>, unknown>,
  objects: readonly Resource[],
): Promise<string[]> {
  const known = new Set(
    objects.map(({ metadata: { namespace = '', name } }) =>
      idTag({ kind: kind.definition.kind, namespace, name }),
    ),
  );
  const ownerless = listing.owned
    .filter(({ idTag: id, released }) => !released && !known.has(id) && watchesAllOf(id.split('/')[1] ?? ''))
    .map(({ id }) => id);
  const going = await Promise.all(ownerless.map((id) => isGoing(listing, id)));
  return ownerless.filter((_, at) => !going[at]);
}

/** What AWS does not answer about counts as an orphan: somebody should look at it. */
async function isGoing(
  listing: Pick<Listing<Self<unknown, unknown>, unknown>, 'goes'>,
  id: string,
): Promise<boolean> {
  try {
    return (await listing.goes?.(id)) ?? false;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
