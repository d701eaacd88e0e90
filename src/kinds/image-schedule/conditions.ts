import type { ConditionDraft } from '../../core/conditions.ts';
import type { Context } from '../../core/context.ts';
import { instancesForbidden } from '../../core/instances-forbidden.ts';
import { booked } from './diff.ts';
import { scheduledImages } from './expiry.ts';
import { refusedInstances } from './guardrails.ts';
import { newestFirst } from './retention/image.ts';
import { rfc3339 } from './rfc3339.ts';
import type { Seen } from './seen.ts';
import type { ImageSchedule } from './self.ts';

type Draft = ConditionDraft & { readonly warns?: boolean };

/** `Suspended`, `TicksMissed`, `ClockSetBack`, `ClockAhead`, `ImagesFailing`, `TooManyInstances`, `InstancesForbidden`: what is so although the schedule itself is as declared. */
export function conditionsOf(self: ImageSchedule, seen: Seen, ctx: Context): Draft[] {
  if (self.deleting) return [];
  return [
    suspended(self),
    ticksMissed(self, seen, ctx),
    clockSetBack(seen, ctx),
    clockIsAhead(seen),
    imagesFailing(seen),
    tooManyInstances(seen),
    ...instancesForbidden(ctx, refusedInstances(seen, ctx)),
  ];
}

/** `quiet` is the reason while it is not so. */
const flag = (type: string, quiet: string, message: string | undefined, warns = true): Draft =>
  message === undefined
    ? { type, status: 'False', reason: quiet, message: '' }
    : { type, status: 'True', reason: type, message, warns };

const suspended = ({ spec }: ImageSchedule): Draft =>
  flag('Suspended', 'Active', spec.suspend ? 'no new images are made' : undefined, false);

/** Of the last tick that was dealt with: the next one that comes in time ends it. */
function ticksMissed(self: ImageSchedule, seen: Seen, ctx: Context): Draft {
  const entries = [...booked(self, seen, ctx).book.entries];
  const missed = entries.filter(([, { lastMissed }]) => lastMissed > 0);
  const words = missed.map(([name, entry]) => `${entry.lastMissed} of ${name}`);
  return flag(
    'TicksMissed',
    'NoneMissed',
    missed.length === 0 ? undefined : `ticks were not run, or not for every instance: ${words.join(', ')}`,
  );
}

/** An hour is more than clocks are set back when they are put right. */
const notable = 3_600_000;

/** Ticks were dealt with that are still to come: until then nothing fires, so that nothing fires twice. */
function clockSetBack({ book }: Seen, { now }: Context): Draft {
  const ahead = [...book.entries].filter(([, { handledUpTo }]) => handledUpTo > now + notable);
  const words = ahead.map(([name, { handledUpTo }]) => `${name} until ${rfc3339(handledUpTo)}`);
  return flag(
    'ClockSetBack',
    'InOrder',
    ahead.length === 0
      ? undefined
      : `this machine's clock was ahead, or is behind: nothing fires of ${words.join(', ')}`,
  );
}

const clockIsAhead = ({ clockAhead }: Seen): Draft =>
  flag(
    'ClockAhead',
    'InOrder',
    clockAhead
      ? "this machine's clock is ahead of AWS's by more than ten minutes: nothing fires and no image is deleted until it is right"
      : undefined,
  );

/** The instances whose newest image failed, as far as AWS has them still. */
export function failingInstances(seen: Seen): string[] {
  const newest = new Map(
    scheduledImages(seen)
      .filter(({ instanceId }) => !seen.gone.has(instanceId))
      .filter(({ state, going }) => !going && (state === 'available' || state === 'failed'))
      .sort((a, b) => newestFirst(b, a))
      .map((image) => [image.instanceId, image]),
  );
  const failing = [...newest.values()].filter(({ state }) => state === 'failed');
  return failing.map(({ instanceId }) => instanceId).sort();
}

function imagesFailing(seen: Seen): Draft {
  const names = failingInstances(seen);
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return flag(
    'ImagesFailing',
    'NoneFailing',
    names.length === 0 ? undefined : `the newest image failed of ${names.slice(0, 5).join(', ')}${more}`,
  );
}

const tooManyInstances = ({ instances, beyond }: Seen): Draft =>
  flag(
    'TooManyInstances',
    'NotTooMany',
    beyond === 0
      ? undefined
      : `the selector finds ${instances.length + beyond} instances, and one schedule images ${instances.length}: ${beyond} are not imaged. Select them by another one`,
  );
