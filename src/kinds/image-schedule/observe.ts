import type { Readers } from '../../aws/readers/index.ts';
import type { Context } from '../../core/context.ts';
import { bookOf } from './book.ts';
import { expiredOf } from './expiry.ts';
import { scheduleTagOf } from './names.ts';
import { imageObject } from './objects.ts';
import { oneOfEach, ownImage } from './own.ts';
import type { Seen } from './seen.ts';
import { filtersOf, selects, willSelect } from './select.ts';
import type { ImageSchedule } from './self.ts';
import type { Sources } from './sources.ts';
import { usageOf } from './usage.ts';

/** Instances and images are looked up at the same time; use only of what no rule keeps. */
export async function observe(self: ImageSchedule, ctx: Context, sources: Sources): Promise<Seen> {
  const { readers, images } = sources;
  const { identity, spec } = self;
  const objects = (ctx.children ?? []).flatMap((child) => imageObject(child, scheduleTagOf(identity)) ?? []);
  const book = bookOf(self, ctx.now);
  const nothing = {
    taken: new Set<string>(),
    refused: new Map<string, never>(),
    usage: new Map<string, never>(),
    deletedNow: 0,
    toldNow: 0,
    changing: [],
    beyond: 0,
    book,
    objects,
  };
  // Its images stay: deleting it needs nothing of AWS.
  if (self.deleting && spec.onScheduleDelete === 'Retain') {
    return { ...nothing, instances: [], instanceTags: new Map(), gone: new Set(), images: [] };
  }
  const [found, listed] = await Promise.all([
    readers.instancesMatching(filtersOf(spec.selector)),
    images.bySchedule(identity.cluster, scheduleTagOf(identity)),
  ]);
  const selected = found.filter((instance) => selects(spec.selector, instance)).sort(byId);
  const changing = found.filter((instance) => willSelect(spec.selector, instance)).sort(byId);
  const own = oneOfEach(
    listed.flatMap((image) => ownImage(image, identity) ?? []),
    objects,
  );
  const gone = await goneOf(
    new Set([...own, ...objects].map(({ instanceId }) => instanceId)),
    found.map(({ id }) => id),
    readers,
  );
  const judged = { images: own, objects, gone };
  const usage = spec.deleteInUse
    ? nothing.usage
    : await usageOf(expiredOf(self, judged, ctx.now), judged, sources, ctx.now);
  return {
    ...nothing,
    ...judged,
    instances: selected.slice(0, most).map(({ id }) => id),
    changing: changing.slice(0, Math.max(0, most - selected.length)).map(({ id }) => id),
    beyond: Math.max(0, selected.length - most),
    instanceTags: new Map([...selected, ...changing].map(({ id, tags }) => [id, tags])),
    usage,
    clockAhead: sources.isClockAhead(),
  };
}

/** As many instances as one schedule images: status names those that wait, and has to fit into etcd. */
export const most = 2_000;

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : 1);

/** Of those that images are of: the ones AWS has no more. */
async function goneOf(
  imaged: ReadonlySet<string>,
  alive: readonly string[],
  { instances }: Pick<Readers, 'instances'>,
): Promise<ReadonlySet<string>> {
  const known = new Set(alive);
  const doubtful = [...imaged].filter((id) => !known.has(id));
  const found = await Promise.all(doubtful.map((id) => instances.byId(id)));
  return new Set(
    doubtful.filter((_, at) => {
      const state = found[at]?.state;
      return state === undefined || state === 'terminated' || state === 'shutting-down';
    }),
  );
}
