import { reasons } from '../../core/conditions.ts';
import { LeadershipLost } from '../../core/errors.ts';
import { annotations } from '../../core/identity.ts';
import { keyOf, nameIn, type Resource } from '../../core/resource.ts';
import { sharedSpecOf } from '../../core/shared-spec.ts';
import { type Acted, act } from './act.ts';
import { assess, isPaused, modeOf } from './assess.ts';
import { unsettled } from './creation.ts';
import * as finalizer from './finalizer.ts';
import { handsOf } from './hands.ts';
import type { ReconcilerOptions } from './options.ts';
import { type Failure, failureOf, type Requeue, untilGone } from './outcome.ts';
import { type Pass, startPass } from './pass.ts';
import { tellPaused, writeStatus } from './report.ts';

/**
 * The one flow, the same for every kind: look → plan → call → fold the answers into what was seen → status.
 * Guarantees:
 * - level-based: it acts on what is, never on what an event said;
 * - it is the only place that catches: every failure is classified (outcome.ts), told in the conditions
 *   and answered with a requeue;
 * - status is written at most once at the end, and only if it changed; not at all once leadership is lost;
 * - an object that is being deleted is looked at until it is gone, slowly where a person has to mend something;
 * - the finalizer goes only after the removal's plan is empty, and not while AWS may still hide what this
 *   object created; while the CRD itself is being deleted nothing in AWS is.
 */
export function createReconcile(options: ReconcilerOptions): (key: string) => Promise<Requeue> {
  return async (key) => {
    const object = options.cached(key);
    if (!object) {
      options.forgetReferences({ kind: options.kind.definition.kind, ...nameIn(key) });
      return settled;
    }
    if (object.metadata.deletionTimestamp !== undefined && !finalizer.isOn(object)) return settled;

    let pass: Pass | undefined;
    try {
      if (isPaused(object)) {
        await tellPaused(options, object);
        return settled;
      }
      // Neither needs an account, which may be refused by now.
      if (object.metadata.deletionTimestamp !== undefined && (await leavesAws(options, object)))
        return await letGo(options, object);
      pass = await startPass(options, object);
      return await reconcile(options, pass);
    } catch (error) {
      return await giveUp(options, pass, object, error);
    } finally {
      options.guards.exclusions.settle(object.metadata.uid);
    }
  };
}

const settled: Requeue = { when: 'changed' };

async function reconcile(options: ReconcilerOptions, pass: Pass): Promise<Requeue> {
  const { kind, clock } = options;
  const { self, ctx, mode } = pass;
  const found = await kind.observe(self, ctx);
  noteFound(options, pass, found);
  const { seen, plan, error } = await perform(options, pass, found);
  const failure = error === undefined ? undefined : explain(options, pass.object, error, 'acting');
  // Leadership lost, or a newer object on its way: nothing here is ours to tell any more.
  if (failure && !failure.blocked) return failure.requeue;

  const hidden = kind.seenId(found) === undefined ? unsettled(kind, pass.creation, clock.now()) : undefined;
  const removed = self.deleting && !failure && !plan.blocked && plan.steps.length === 0;
  if (removed && !hidden) return await letGo(options, pass.object);

  options.onMeasured?.(pass.object, kind.gauges?.measure(self, seen, ctx) ?? []);
  const blocked = failure?.blocked ?? plan.blocked ?? (removed ? deletionWaits : undefined);
  const outcome = blocked ? { ...plan, blocked } : plan;
  const { creation, intent } = pass;
  const draft = assess(kind, self, ctx, { seen, plan: outcome, mode, creation, intent });
  await writeStatus(options, pass.object, draft);
  const wakeAt = removed ? hidden?.lookAt : plan.wakeAt;
  const requeue = failure?.requeue ?? requeueOf(wakeAt, blocked?.reason, clock.now());
  return self.deleting ? untilGone(requeue) : requeue;
}

/** What deleting it does not touch in AWS. */
const leavesAws = async (options: ReconcilerOptions, object: Resource): Promise<boolean> =>
  modeOf(options.readOnly, sharedSpecOf(object.spec)) === 'observe' || (await abandoned(options, object));

/**
 * Deleting a CRD deletes every object of its kind: an accident, or an uninstall, and neither means that AWS
 * should be emptied. The objects go and what they made stays, so that the same manifests find it again.
 */
async function abandoned({ objects, record }: ReconcilerOptions, object: Resource): Promise<boolean> {
  if (!(await objects.definitionTerminating())) return false;
  const note = 'its CRD is being deleted: what it has in AWS is left as it is';
  record(object, { type: 'Warning', reason: 'Abandoned', action: 'Reconcile', note });
  return true;
}

const deletionWaits = {
  reason: 'Deleting',
  message: 'waiting until AWS shows what may have been created, to remove it too',
} as const;

/** In Observe mode and under `--read-only` the plan is only shown. */
async function perform(options: ReconcilerOptions, pass: Pass, found: unknown): Promise<Acted<unknown>> {
  const decide = (seen: unknown) => options.kind.diff(pass.self, seen, pass.ctx);
  return pass.mode === 'manage'
    ? await act(decide, found, handsOf(options, pass))
    : { seen: found, plan: decide(found) };
}

function noteFound({ kind, guards }: ReconcilerOptions, { self, ctx }: Pass, seen: unknown): void {
  if (kind.seenId(seen) !== undefined) guards.recreations.found(ctx.scope, self.identity);
}

async function letGo({ guards, objects, mayWrite }: ReconcilerOptions, object: Resource): Promise<Requeue> {
  mayWrite();
  guards.fights.forget(object.metadata.uid);
  await finalizer.remove(objects, object);
  return settled;
}

function requeueOf(
  wakeAt: number | undefined,
  reason: keyof typeof reasons | undefined,
  now: number,
): Requeue {
  if (wakeAt !== undefined) return { when: 'after', milliseconds: Math.max(0, wakeAt - now) };
  return reason !== undefined && reasons[reason] === 'reconciling' ? { when: 'backoff' } : settled;
}

function explain(
  { logger, kind }: ReconcilerOptions,
  object: Resource,
  error: unknown,
  failed: Requeue['failed'] = 'looking',
): Failure {
  const failure = failureOf(error);
  const fields = { kind: kind.definition.kind, key: keyOf(object.metadata), err: error };
  if (failure.unexpected) logger.error(fields, 'reconcile failed unexpectedly');
  else logger.debug(fields, 'reconcile failed');
  if (error instanceof LeadershipLost) return failure;
  return { ...failure, requeue: { ...failure.requeue, failed } };
}

/** AWS could not be looked at, or status not be written: what status says of AWS stays, the conditions say why. */
async function giveUp(
  options: ReconcilerOptions,
  pass: Pass | undefined,
  object: Resource,
  error: unknown,
): Promise<Requeue> {
  const failure = explain(options, object, error);
  const current = pass?.object ?? object;
  if (!failure.blocked) return failure.requeue;
  try {
    await writeStatus(options, current, {
      own: undefined,
      blocked: failure.blocked,
      conditions: [],
      drift: current.status?.drift ?? [],
      scope: undefined,
      creation: pass?.creation ?? current.status?.creation,
      reconcileAt: current.metadata.annotations?.[annotations.reconcileAt],
    });
    return current.metadata.deletionTimestamp === undefined ? failure.requeue : untilGone(failure.requeue);
  } catch (second) {
    return explain(options, object, second).requeue;
  }
}
