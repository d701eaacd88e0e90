import type { Context } from '../../core/context.ts';
import { breach } from '../../core/guardrails/breach.ts';
import { instanceBreach, isInstanceAllowed } from '../../core/guardrails/instances.ts';
import { regionBreaches } from '../../core/guardrails/regions.ts';
import { tagBreaches } from '../../core/guardrails/required-tags.ts';
import { keepsEverything } from '../../core/guardrails/retain.ts';
import { copyBreaches, shareBreaches } from '../../core/guardrails/sharing.ts';
import type { Seen } from './seen.ts';
import type { ImageSchedule } from './self.ts';

/** The rules of the account that the schedule, or any image it made, would break; in words. */
export function breaches(self: ImageSchedule, seen: Seen, ctx: Context): string[] {
  const { template } = self.spec;
  const copies = template?.copies ?? [];
  return [
    ...regionBreaches(ctx, [
      { field: 'spec.region', region: ctx.scope.region },
      ...copies.map(({ region }) => ({ field: 'spec.template.copies', region })),
    ]),
    ...retentionBreaches(self, ctx),
    ...copyBreaches(
      ctx,
      'spec.template.copies',
      copies.map(({ region }) => region),
    ),
    ...shareBreaches(ctx, 'spec.template.share', template?.share ?? {}),
    ...copies.flatMap(({ region, share = {} }) =>
      shareBreaches(ctx, `spec.template.copies[${region}].share`, share),
    ),
    ...templateTagBreaches(self, ctx),
    ...selectionBreaches(seen, ctx),
  ];
}

/** Which tags an instance brings along, each image tells by itself. */
function templateTagBreaches({ spec: { template } }: ImageSchedule, ctx: Context): string[] {
  const of = (field: 'tags' | 'snapshotTags') =>
    tagBreaches(ctx, `spec.template.${field}`, { ...ctx.defaultTags, ...template?.[field] });
  return [...(template?.copyInstanceTags ? [] : of('tags')), ...of('snapshotTags')];
}

/** `deletionPolicy: Retain`: what says that images are to be deleted. */
function retentionBreaches({ spec }: ImageSchedule, ctx: Context): string[] {
  if (!keepsEverything(ctx)) return [];
  const expires = ({ retain }: (typeof spec.schedules)[number]) =>
    retain?.count ?? retain?.age ?? retain?.gfs;
  return [
    ...spec.schedules
      .filter((schedule) => expires(schedule) !== undefined)
      .map(({ name }) =>
        breach('deletionPolicy', `spec.schedules[${name}].retain`, 'lets images expire; allowed: none of it'),
      ),
    ...(spec.onInstanceGone === 'Delete'
      ? [breach('deletionPolicy', 'spec.onInstanceGone', 'is Delete; allowed: KeepLast, Keep')]
      : []),
    ...(spec.onScheduleDelete === 'Delete'
      ? [breach('deletionPolicy', 'spec.onScheduleDelete', 'is Delete; allowed: Retain')]
      : []),
  ];
}

/** Of the selected instances those that are allowed are enough; see {@link allowedOnly}. */
function selectionBreaches(seen: Seen, ctx: Context): string[] {
  const refused = refusedInstances(seen, ctx);
  if (refused.length === 0 || refused.length < seen.instances.length) return [];
  return [instanceBreach(ctx, 'spec.selector', refused)];
}

type Ruled = Pick<Context, 'guardrails'>;

/** Selected instances that may not be imaged, for they lack the tags that the account asks for. */
export const refusedInstances = ({ instances, instanceTags }: Seen, ctx: Ruled): string[] =>
  instances.filter((id) => !isInstanceAllowed(ctx, instanceTags.get(id)));

/** What is seen, without the selected instances that may not be imaged. */
export function allowedOnly(seen: Seen, ctx: Ruled): Seen {
  const isAllowed = (id: string) => isInstanceAllowed(ctx, seen.instanceTags.get(id));
  return {
    ...seen,
    instances: seen.instances.filter(isAllowed),
    changing: seen.changing.filter(isAllowed),
  };
}

/** The schedule as it is deleted: as the account enforces it. */
export const withEnforcedKeeping = (self: ImageSchedule, ctx: Context): ImageSchedule =>
  keepsEverything(ctx) ? { ...self, spec: { ...self.spec, onScheduleDelete: 'Retain' } } : self;
