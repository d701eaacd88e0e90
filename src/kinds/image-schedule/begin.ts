import { milliseconds } from '../../core/duration.ts';
import { scheduleLabel } from '../../core/image-template.ts';
import type { Context } from '../../core/kind.ts';
import { objectStep, parentLabel } from '../../core/object-step.ts';
import type { Step } from '../../core/plan.ts';
import type { Book, NewRun, Run } from './book.ts';
import { imageNameOf, objectNameOf, scheduleTagOf } from './names.ts';
import { imageObject, isActive } from './objects.ts';
import type { Seen } from './seen.ts';
import { type ImageSchedule, jitterLimit } from './self.ts';
import { jitterOf } from './ticks/jitter.ts';

/** The instances that a new run is of: selected, without an image for it, and without one that is young enough. */
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
    seen.instances.filter((id) => {
      const skipped = run.runNow === undefined && young.has(id);
      return !skipped && !exists.has(objectNameOf(self.identity.name, run, id));
    });
}

/** `book` without the instances that have their image, or are not selected any more. */
export function settled(self: ImageSchedule, seen: Seen): Book {
  const exists = namesOf(seen);
  const selected = new Set(seen.instances);
  const left = (run: Run) =>
    run.waiting.filter((id) => selected.has(id) && !exists.has(objectNameOf(self.identity.name, run, id)));
  const runs = seen.book.runs.map((run) => ({ ...run, waiting: left(run) }));
  return { ...seen.book, runs: runs.filter(({ waiting }) => waiting.length > 0) };
}

const namesOf = ({ objects, images, taken }: Seen): ReadonlySet<string> =>
  new Set([...objects.map(({ name }) => name), ...images.map(({ objectName }) => objectName), ...taken]);

export interface Begun {
  readonly steps: readonly Step<Seen>[];
  /** When the next image of a run is due, by its jitter. */
  readonly wakeAt: number | undefined;
}

/** Makes the Image objects that are due, as many as the limits let; whose turn it is not waits for a change. */
export function begin(self: ImageSchedule, seen: Seen, book: Book, ctx: Context): Begun {
  const limits = limitsOf(self, seen);
  const steps: Step<Seen>[] = [];
  const later: number[] = [];
  for (const run of book.runs.toSorted((a, b) => a.tick - b.tick)) {
    for (const { instanceId, at } of inOrder(self, run)) {
      if (at > ctx.now) later.push(at);
      else if (limits.admit(instanceId)) steps.push(request(self, run, instanceId, ctx));
    }
  }
  return { steps, wakeAt: later.length === 0 ? undefined : Math.min(...later) };
}

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

function limitsOf({ spec }: ImageSchedule, { objects }: Seen) {
  const active = objects.filter(isActive);
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

function request(self: ImageSchedule, run: Run, instanceId: string, ctx: Context): Step<Seen> {
  const { namespace, name: owner } = self.identity;
  const name = objectNameOf(owner, run, instanceId);
  const asked = run.runNow === undefined ? '' : ` (run-now: ${run.runNow})`;
  return objectStep<Seen>()('k8s:Create', {
    input: { kind: 'Image', namespace, name, body: imageBody(self, run, { name, instanceId }, ctx) },
    why: `${name}: ${instanceId} at the tick of ${rfc3339(run.tick)} of ${run.schedule}${asked}`,
    event: 'ImageRequested',
    fold: (seen, child) => {
      const made = imageObject(child, scheduleTagOf(self.identity));
      return { ...seen, objects: made ? [...seen.objects, made] : seen.objects };
    },
    refused: (seen, { code }) =>
      code === 'AlreadyExists' ? { ...seen, taken: new Set([...seen.taken, name]) } : undefined,
  });
}

/** An Image of this schedule: no owner, none of its labels but ours, and kept whatever deletes it but retention. */
export function imageBody(
  { identity, spec }: ImageSchedule,
  { schedule, tick }: Pick<Run, 'schedule' | 'tick'>,
  { name, instanceId }: { readonly name: string; readonly instanceId: string },
  { scope }: Context,
) {
  return {
    metadata: {
      labels: { [scheduleLabel]: parentLabel(identity.name), 'mooring.dev/instance': instanceId },
    },
    spec: {
      source: { instanceId },
      imageName: imageNameOf(identity.namespace, name),
      region: scope.region,
      ...(spec.accountRef ? { accountRef: spec.accountRef } : {}),
      ...spec.template,
      scheduledBy: {
        schedule: scheduleTagOf(identity),
        scheduleName: schedule,
        tick: rfc3339(tick),
        instanceId,
      },
      deletionPolicy: 'Retain',
    },
  };
}

/** Without the milliseconds, which are none. */
export const rfc3339 = (instant: number): string => new Date(instant).toISOString().replace('.000Z', 'Z');
