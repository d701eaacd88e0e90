import type { Context } from '../../core/context.ts';
import { objectStep } from '../../core/object-step.ts';
import type { Step } from '../../core/plan.ts';
import { imageBody } from './begin.ts';
import { scheduleTagOf } from './names.ts';
import { imageObject } from './objects.ts';
import { notMade } from './refused.ts';
import type { Seen, SeenImage } from './seen.ts';
import type { ImageSchedule } from './self.ts';

/** AMIs of this schedule that no Image stands for, with the moment that was first seen. */
export function orphansOf(
  { status }: ImageSchedule,
  { images, objects, taken }: Pick<Seen, 'images' | 'objects' | 'taken'>,
  now: number,
): { readonly image: SeenImage; readonly since: number }[] {
  const known = new Set([...objects.map(({ name }) => name), ...taken]);
  const before = new Map((status.orphans ?? []).map(({ imageId, since }) => [imageId, Date.parse(since)]));
  return images
    .filter(({ objectName }) => !known.has(objectName))
    .map((image) => ({ image, since: before.get(image.imageId) ?? now }));
}

/**
 * Gives them an Image back, by `adopt`, so that retention goes on over them after a cluster was rebuilt.
 * Not before AWS has had the time to take out of its list what was just deregistered, or to show the tag of
 * what was just released: an Image would be made of nothing.
 */
export function adopt(
  self: ImageSchedule,
  seen: Seen,
  ctx: Context,
  settleTime: number,
): { readonly steps: readonly Step<Seen>[]; readonly wakeAt: number | undefined } {
  const orphans = orphansOf(self, seen, ctx.now).filter(({ image }) => !seen.refused.has(image.objectName));
  const ripe = orphans.filter(({ since }) => ctx.now - since >= settleTime);
  const later = orphans.filter((orphan) => !ripe.includes(orphan)).map(({ since }) => since + settleTime);
  return {
    steps: ripe.map(({ image }) => adoptOne(self, image, ctx)),
    wakeAt: later.length === 0 ? undefined : Math.min(...later),
  };
}

function adoptOne(self: ImageSchedule, image: SeenImage, ctx: Context): Step<Seen> {
  const { namespace } = self.identity;
  const { objectName: name, imageId, instanceId } = image;
  const template = templateOf(self, image);
  const { spec, ...rest } = imageBody(self, image, { name, instanceId }, template, ctx);
  return objectStep<Seen>()('k8s:Create', {
    input: { kind: 'Image', namespace, name, body: { ...rest, spec: { ...spec, adopt: imageId } } },
    why: `${name}: ${imageId} is an image of this schedule and had no Image`,
    event: 'ImageAdopted',
    fold: (seen, child) => {
      const made = imageObject(child, scheduleTagOf(self.identity));
      return { ...seen, objects: made ? [...seen.objects, made] : seen.objects };
    },
    independent: true,
    refused: notMade(name),
  });
}

/**
 * The template is of images that are made from now on: it shares no old one with anybody and copies none elsewhere. The
 * copies that an old one has belong to it, so that they go with it; whom it and they are shared with stays as it is.
 */
function templateOf({ spec }: ImageSchedule, { copyRegions }: SeenImage) {
  const { share: _, copies = [], ...template } = spec.template ?? {};
  if (copyRegions.length === 0) return template;
  const copyIn = (region: string) => {
    const { share: __, ...copy } = copies.find((one) => one.region === region) ?? { region };
    return copy;
  };
  return { ...template, copies: copyRegions.map(copyIn) };
}
