import type { Context } from '../../core/context.ts';
import { milliseconds } from '../../core/duration.ts';
import { expiresAnnotation, scheduleLabel } from '../../core/image-template.ts';
import { objectStep, parentLabel } from '../../core/object-step.ts';
import type { Step } from '../../core/plan.ts';
import { expiryOf } from './announce.ts';
import type { Book, NewRun, Run } from './book.ts';
import { startBeforeOf } from './deadline.ts';
import { imageNameOf, objectNameOf, scheduleTagOf } from './names.ts';
import { imageObject, isActive } from './objects.ts';
import { notMade } from './refused.ts';
import { rfc3339 } from './rfc3339.ts';
import type { Seen } from './seen.ts';
import { type ImageSchedule, jitterLimit } from './self.ts';
import { jitterOf } from './ticks/jitter.ts';

/** The instances that a new run is of: selected, or soon to be, without an image for it, and without one that is young enough. */
export function instancesOf(self: ImageSchedule, seen: Seen, now: number): (run: NewRun) => string[] {
  const { skipIfNewerThan } = self.spec;
  const since = skipIfNewerThan === undefined ? undefined : now - milliseconds(skipIfNewerThan);
  const young = new Set(
    seen.images
      .filter(({ state, tick }) => state === 'available' && since !== undefined && tick > since)
      .map(({ instanceId }) => instanceId),
  );
  const exists = namesOf(seen);
  return (run) =>
    [...seen.instances, ...seen.changing].filter((id) => {
      const skipped = run.runNow === undefined && young.has(id);
      return !skipped && !exists.has(objectNameOf(self.identity.name, run, id));
    });
}

/** `book` without the instances that have their image, or are not selected any more. */
export function settled(self: ImageSchedule, seen: Seen): Book {
  const exists = namesOf(seen);
  const selected = new Set([...seen.instances, ...seen.changing]);
  const left = (run: Run) =>
    run.waiting.filter((id) => selected.has(id) && !exists.has(objectNameOf(self.identity.name, run, id)));
  const runs = seen.book.runs.map((run) => ({ ...run, waiting: left(run) }));
  return { ...seen.book, runs: runs.filter(({ waiting }) => waiting.length > 0) };
}

const namesOf = ({ objects, images, taken }: Seen): ReadonlySet<string> =>
  new Set([...objects.map(({ name }) => name), ...images.map(({ objectName }) => objectName), ...taken]);

export interface Begun {
  readonly steps: readonly Step<Seen>[];
  /** When the next image of a run is due, by its jitter, or an instance may have come to rest. */
  readonly wakeAt: number | undefined;
}

/** Makes the Image objects that are due, as many as the limits let; whose turn it is not waits for a change. */
export function begin(self: ImageSchedule, seen: Seen, book: Book, ctx: Context): Begun {
  // By a clock that is wrong it would be too late at once.
  if (seen.clockAhead) return { steps: [], wakeAt: undefined };
  const limits = limitsOf(self, seen, ctx.now);
  const changing = new Set(seen.changing);
  const steps: Step<Seen>[] = [];
  const later: number[] = [];
  for (const run of book.runs.toSorted((a, b) => a.tick - b.tick)) {
    const startBefore = startBeforeOf(self.spec, run);
    if (startBefore !== undefined && ctx.now >= startBefore) continue;
    for (const { instanceId, at } of inOrder(self, run)) {
      const name = objectNameOf(self.identity.name, run, instanceId);
      if (at > ctx.now) later.push(at);
      else if (changing.has(instanceId)) later.push(ctx.now + changeWait);
      // What was refused keeps its place: else a whole fleet would be tried, and refused, at once.
      else if (limits.admit(instanceId) && !seen.refused.has(name)) {
        steps.push(request(self, run, { name, instanceId, startBefore }, ctx));
      }
    }
  }
  return { steps, wakeAt: later.length === 0 ? undefined : Math.min(...later) };
}

/** Nobody tells when an instance has stopped or started. */
const changeWait = 60_000;

/** By the moment each is due. */
function inOrder({ identity, spec }: ImageSchedule, run: Run): { instanceId: string; at: number }[] {
  const schedule = spec.schedules.find(({ name }) => name === run.schedule);
  const limit = schedule && run.runNow === undefined ? jitterLimit(schedule) : 0;
  const place = `${identity.namespace}/${identity.name}`;
  const delay = (instanceId: string) => jitterOf([place, run.schedule, instanceId, String(run.tick)], limit);
  return run.waiting
    .map((instanceId) => ({ instanceId, at: run.tick + delay(instanceId) }))
    .sort((a, b) => a.at - b.at || (a.instanceId < b.instanceId ? -1 : 1));
}

function limitsOf({ spec }: ImageSchedule, { objects }: Seen, now: number) {
  const active = objects.filter((object) => isActive(object, now));
  const busy = new Set(active.map(({ instanceId }) => instanceId));
  const reboots = spec.template?.noReboot === false;
  const most = reboots ? Math.min(spec.maxConcurrent, spec.maxConcurrentReboots) : spec.maxConcurrent;
  let room = most - active.length;
  return {
    /** Whether one more may begin, of this instance; it then counts. */
    admit(instanceId: string): boolean {
      if (room <= 0 || (spec.concurrencyPolicy === 'Forbid' && busy.has(instanceId))) return false;
      room -= 1;
      busy.add(instanceId);
      return true;
    },
  };
}

interface Requested {
  readonly name: string;
  readonly instanceId: string;
  readonly startBefore?: number | undefined;
}

function request(self: ImageSchedule, run: Run, of: Requested, ctx: Context): Step<Seen> {
  const { namespace } = self.identity;
  const { name, instanceId } = of;
  const asked = run.runNow === undefined ? '' : ` (run-now: ${run.runNow})`;
  const { template } = self.spec;
  return objectStep<Seen>()('k8s:Create', {
    input: { kind: 'Image', namespace, name, body: imageBody(self, run, of, template, ctx) },
    why: `${name}: ${instanceId} at the tick of ${rfc3339(run.tick)} of ${run.schedule}${asked}`,
    event: 'ImageRequested',
    fold: (seen, child) => {
      const made = imageObject(child, scheduleTagOf(self.identity));
      return { ...seen, objects: made ? [...seen.objects, made] : seen.objects };
    },
    independent: true,
    refused: notMade(name),
  });
}

/** An Image of this schedule: no owner, none of its labels but ours, and kept whatever deletes it but retention. */
export function imageBody(
  self: ImageSchedule,
  { schedule, tick }: Pick<Run, 'schedule' | 'tick'>,
  of: Requested,
  template: Partial<ImageSchedule['spec']['template']>,
  ctx: Context,
) {
  const { identity, spec } = self;
  const { name, instanceId, startBefore } = of;
  const expires = expiryOf(self, { schedule, tick }, ctx);
  return {
    metadata: {
      labels: { [scheduleLabel]: parentLabel(identity.name), 'mooring.dev/instance': instanceId },
      ...(expires === undefined ? {} : { annotations: { [expiresAnnotation]: expires } }),
    },
    spec: {
      source: { instanceId },
      imageName: imageNameOf(identity.namespace, name),
      region: ctx.scope.region,
      ...(spec.accountRef ? { accountRef: spec.accountRef } : {}),
      ...template,
      scheduledBy: {
        schedule: scheduleTagOf(identity),
        scheduleName: schedule,
        tick: rfc3339(tick),
        instanceId,
        ...(startBefore === undefined ? {} : { startBefore: rfc3339(startBefore) }),
      },
      deletionPolicy: 'Retain',
    },
  };
}
