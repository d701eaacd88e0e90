import { AwsError, StepError } from '../../core/errors.ts';
import { annotations } from '../../core/identity.ts';
import type { Step } from '../../core/plan.ts';
import { toRecreate } from '../../core/recreation.ts';
import { requestIdOf } from '../../core/request-id.ts';
import { isSecretCall } from '../../core/secret-step.ts';
import type { Hands, Hold } from './act.ts';
import { unsettled, writeIntent } from './creation.ts';
import * as finalizer from './finalizer.ts';
import type { ReconcilerOptions } from './options.ts';
import type { Pass } from './pass.ts';
import { closeMouthed } from './secret-writes.ts';

/**
 * Executes a plan's steps for one object. Guarantees: before the first write to AWS the finalizer is on
 * and the account is pinned; before a creating call the intent is written; every rule against accidents
 * is asked before a step, and the leadership deadline immediately before it is sent; what a step answers in
 * secret is seen by the next step only, and is gone with it.
 */
export function handsOf(options: ReconcilerOptions, pass: Pass): Hands<unknown> {
  return {
    async hold(step) {
      const hold = accident(options, pass, step) ?? contended(options, pass, step);
      if (!hold) await prepare(options, pass, step);
      return hold;
    },
    async execute(step) {
      const { sealed } = pass;
      pass.sealed = undefined;
      if (step.effect === 'status') return await takeNote(options, pass, step);
      if (isSecretCall(step.call)) return await writeSecret(options, pass, step, sealed);
      if (step.effect === 'k8s') return await writeObject(options, pass, step);
      try {
        const output = await options.execute({
          call: step.call,
          input: step.input,
          scope: step.region === undefined ? pass.ctx.scope : { ...pass.ctx.scope, region: step.region },
          creates: step.creates ?? false,
          mayWrite: options.mayWrite,
        });
        tell(options, pass, step, requestIdOf(output));
        const { sealed: secret, rest } = step.secret?.(output) ?? { sealed: undefined, rest: output };
        pass.sealed = secret;
        // Only now is it certain that what was made is known.
        if (step.creates) pass.intent = undefined;
        return rest;
      } catch (thrown) {
        const error = step.secret ? closeMouthed(thrown) : thrown;
        if (error instanceof StepError) logRefused(options, pass, step, error);
        // AWS refused it, so there is nothing to wait for and nothing to look up.
        if (step.creates && error instanceof AwsError && error.definite) {
          pass.creation = undefined;
          pass.intent = undefined;
        }
        throw error;
      }
    },
  };
}

async function writeSecret(
  options: ReconcilerOptions,
  pass: Pass,
  step: Step<unknown>,
  sealed: Pass['sealed'],
): Promise<unknown> {
  const { writeSecret: write, kind, mayWrite } = options;
  if (!write) throw new Error(`${kind.definition.kind} delivers no Secrets, and plans ${step.call}`);
  const { namespace } = pass.self.identity;
  const { call, input } = step;
  const output = await write({ call, input, namespace, mayWrite, ...(sealed ? { sealed } : {}) });
  tell(options, pass, step);
  return output;
}

/** Under the resourceVersion of what this pass has seen: of two leaders, one goes no further. */
async function takeNote({ objects }: ReconcilerOptions, pass: Pass, step: Step<unknown>): Promise<void> {
  pass.object = await objects.patchStatus(pass.object, step.input);
}

async function writeObject(options: ReconcilerOptions, pass: Pass, step: Step<unknown>): Promise<unknown> {
  const { offspring, kind, mayWrite } = options;
  if (!offspring) throw new Error(`${kind.definition.kind} has no children, and plans ${step.call}`);
  const { namespace } = pass.self.identity;
  const output = await offspring.write({ call: step.call, input: step.input, namespace, mayWrite });
  tell(options, pass, step);
  return output;
}

function accident(
  { kind, guards, clock }: ReconcilerOptions,
  pass: Pass,
  step: Step<unknown>,
): Hold | undefined {
  const { self, ctx } = pass;
  if (step.creates) {
    const hidden = unsettled(kind, pass.creation, clock.now());
    if (hidden)
      return stop('Pending', 'waiting until AWS shows what may already have been created', hidden.lookAt);
    const lost = step.expected ? undefined : kind.knownId(self.status);
    const asks = lost !== undefined && !ctx.mayRecreate;
    if (asks && !guards.recreations.admit(ctx.scope, self.identity)) {
      return stop('RecreationHeld', massLoss(ctx.scope, toRecreate(self.annotations, lost)));
    }
  }
  if (step.destroys) {
    const allowed = self.annotations[annotations.allowDeletion] === 'true';
    if (!allowed && !guards.deletions.admit(self.uid, step.paced))
      return stop('DeletionHeld', massDeletion, guards.deletions.nextAt);
  }
  return undefined;
}

function contended({ guards, clock }: ReconcilerOptions, pass: Pass, step: Step<unknown>): Hold | undefined {
  const { self } = pass;
  if (step.exclusive !== undefined && !guards.exclusions.claim(step.exclusive, self.uid, pass.turn)) {
    return stop(
      'Pending',
      `${step.exclusive} has just been given to another object: looking again`,
      clock.now() + 1_000,
    );
  }
  const repairs = pass.wasReady && step.field !== undefined && !step.expected && !self.deleting;
  if (!repairs || pass.repaired.has(step.field)) return undefined;
  if (!guards.fights.admit(self.uid, self.generation, step.field)) {
    const message = `${step.field} was repaired three times and changed back each time: somebody else manages it. Repairing hourly`;
    return { extent: 'step', blocked: { reason: 'DriftFight', message } };
  }
  pass.repaired.add(step.field);
  return undefined;
}

async function prepare(options: ReconcilerOptions, pass: Pass, step: Step<unknown>): Promise<void> {
  options.mayWrite();
  if (!pass.self.deleting) pass.object = await finalizer.ensure(options.objects, pass.object);
  await writeIntent(options, pass, step);
}

/** What every line about a step has: one line a step, whether it was done or refused. */
function lineOf({ kind }: ReconcilerOptions, pass: Pass, step: Step<unknown>, requestId?: string) {
  const { namespace, name } = pass.self.identity;
  const { call, why, region = pass.ctx.scope.region } = step;
  return { kind: kind.definition.kind, namespace, name, call, why, region, ...(requestId && { requestId }) };
}

function logRefused(options: ReconcilerOptions, pass: Pass, step: Step<unknown>, error: StepError): void {
  const { code, message } = error;
  const requestId = error instanceof AwsError ? error.requestId : undefined;
  options.logger.warn({ ...lineOf(options, pass, step, requestId), code, reason: message }, 'a call failed');
}

function tell(options: ReconcilerOptions, pass: Pass, step: Step<unknown>, requestId?: string): void {
  const { record, logger, onRepair } = options;
  const operation = step.call.split(':').at(1) ?? step.call;
  logger.info(
    lineOf(options, pass, step, requestId),
    step.effect === 'aws' ? 'called AWS' : 'wrote an object',
  );
  record(pass.object, {
    type: step.warns ? 'Warning' : 'Normal',
    reason: step.event ?? operation,
    action: operation,
    note: step.why,
  });
  if (pass.wasReady && step.field !== undefined && !step.expected) onRepair(step.field);
}

const stop = (reason: Hold['blocked']['reason'], message: string, wakeAt?: number): Hold => ({
  extent: 'plan',
  blocked: { reason, message },
  ...(wakeAt === undefined ? {} : { wakeAt }),
});

const massDeletion = `too many deletions in ten minutes (--max-deletions): waiting, or annotate ${annotations.allowDeletion}=true`;

const massLoss = ({ account, region }: { account: string; region: string }, remedy: string) =>
  `more resources are missing in ${account}/${region} than an accident explains: nothing is made anew there. If it should be, ${remedy}`;
