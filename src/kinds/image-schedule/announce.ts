import type { Context } from '../../core/context.ts';
import { keepsEverything } from '../../core/guardrails/retain.ts';
import { expiresAnnotation } from '../../core/image-template.ts';
import { objectStep } from '../../core/object-step.ts';
import type { Step } from '../../core/plan.ts';
import { notChanged } from './refused.ts';
import { rfc3339 } from './rfc3339.ts';
import type { ImageObject, Seen, TickOf } from './seen.ts';
import { ageAlone, type ImageSchedule, rulesOf } from './self.ts';

/** Changes in one reconcile, when rules have changed. */
const cap = 50;

/** When retention lets an image go at the earliest; undefined where that depends on the images after it. */
export function expiryOf(
  self: ImageSchedule,
  { schedule, tick }: Pick<TickOf, 'schedule' | 'tick'>,
  ctx: Context,
): string | undefined {
  const age = keepsEverything(ctx) ? undefined : ageAlone(rulesOf(self).get(schedule));
  return age === undefined ? undefined : rfc3339(tick + age);
}

/** Tells it to the Images that were told otherwise, under other rules. */
export function announce(self: ImageSchedule, seen: Seen, ctx: Context): Step<Seen>[] {
  return seen.objects
    .filter(({ deleting, name }) => !deleting && !seen.refused.has(name))
    .map((object) => ({ object, expires: expiryOf(self, object, ctx) }))
    .filter(({ object, expires }) => object.expires !== expires)
    .slice(0, Math.max(0, cap - seen.toldNow))
    .map(({ object, expires }) => tell(self, object, expires));
}

const tell = (
  { identity: { namespace } }: ImageSchedule,
  { name, uid }: ImageObject,
  expires: string | undefined,
): Step<Seen> =>
  objectStep<Seen>()('k8s:Patch', {
    input: {
      kind: 'Image',
      namespace,
      name,
      uid,
      patch: { metadata: { annotations: { [expiresAnnotation]: expires ?? null } } },
    },
    why: `${name}: ${expires === undefined ? 'no age alone decides how long it is kept' : `expires ${expires}`}`,
    event: 'ExpiryChanged',
    independent: true,
    fold: (seen) => ({
      ...seen,
      toldNow: seen.toldNow + 1,
      objects: seen.objects.map((object) => (object.name === name ? { ...object, expires } : object)),
    }),
    refused: notChanged(name),
  });
