import type { Readers } from '../../aws/readers/index.ts';
import type { Context } from '../../core/kind.ts';
import { bookOf } from './book.ts';
import { expiredOf } from './expiry.ts';
import { scheduleTagOf } from './names.ts';
import { imageObject } from './objects.ts';
import { ownImage } from './own.ts';
import type { Seen } from './seen.ts';
import { filtersOf, selects } from './select.ts';
import type { ImageSchedule } from './self.ts';
import type { Sources } from './sources.ts';
import { usageOf } from './usage.ts';

/** Instances and images are looked up at the same time; use only of what no rule keeps. */
export async function observe(self: ImageSchedule, ctx: Context, sources: Sources): Promise<Seen> {
  const { readers, images } = sources;
  const { identity, spec } = self;
  const objects = (ctx.children ?? []).flatMap((child) => imageObject(child, scheduleTagOf(identity)) ?? []);
  const book = bookOf(self, ctx.now);
  const nothing = { taken: new Set<string>(), usage: new Map<string, never>(), deletedNow: 0, book, objects };
  // Its images stay: deleting it needs nothing of AWS.
  if (self.deleting && spec.onScheduleDelete === 'Retain') {
    return { ...nothing, instances: [], instanceTags: new Map(), gone: new Set(), images: [] };
  }
  const [found, listed] = await Promise.all([
    readers.instancesMatching(filtersOf(spec.selector)),
    images.bySchedule(identity.cluster, scheduleTagOf(identity)),
  ]);
  const selected = found.filter((instance) => selects(spec.selector, instance));
  const instances = selected.map(({ id }) => id);
  const own = listed.flatMap((image) => ownImage(image, identity) ?? []);
  const gone = await goneOf(
    new Set([...own, ...objects].map(({ instanceId }) => instanceId)),
    instances,
    readers,
  );
  const judged = { images: own, objects, gone };
  const usage = await usageOf(expiredOf(self, judged, ctx.now), judged, sources, ctx.now);
  const instanceTags = new Map(selected.map(({ id, tags }) => [id, tags]));
  const clockAhead = sources.isClockAhead();
  return { ...nothing, ...judged, instances: instances.sort(), instanceTags, usage, clockAhead };
}

/** Of those that images are of and that are not selected: the ones AWS has no more. */
async function goneOf(
  imaged: ReadonlySet<string>,
  selected: readonly string[],
  { instances }: Pick<Readers, 'instances'>,
): Promise<ReadonlySet<string>> {
  const doubtful = [...imaged].filter((id) => !selected.includes(id));
  const found = await Promise.all(doubtful.map((id) => instances.byId(id)));
  return new Set(
    doubtful.filter((_, at) => {
      const state = found[at]?.state;
      return state === undefined || state === 'terminated' || state === 'shutting-down';
    }),
  );
}
