import type { Blocked } from '../../core/conditions.ts';
import type { Step } from '../../core/plan.ts';
import type { ResolvePlacement } from '../../core/scope.ts';
import { sharedSpecOf } from '../../core/shared-spec.ts';
import { isPaused } from '../reconcile/assess.ts';
import { failureOf } from '../reconcile/outcome.ts';
import { type ContextSources, contextOf, placementOf } from '../reconcile/pass.ts';
import { selfOf } from '../reconcile/self.ts';
import { type PlacedObject, referenceTo } from './cluster-view.ts';

/** What the operator would do next for one object, after a fresh look at AWS. */
export interface PlannedObject {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** In order. Of what depends on the answer to one of them there may be more. */
  readonly steps: readonly Step<unknown>[];
  /** Why it is not as declared, or would not be once the steps are done. */
  readonly blocked?: Blocked;
  /** It could not be judged: AWS denied a look, or the manifest is refused. */
  readonly failed?: Blocked;
  /** The steps are not made: the object is paused, or only observed. */
  readonly held?: 'paused' | 'observed';
}

export interface PlanningOptions extends Omit<ContextSources, 'kind'> {
  readonly cluster: string;
  readonly resolvePlacement: ResolvePlacement;
}

/** Looks at AWS and writes nothing. Throws only what is a bug. */
export async function planObject(options: PlanningOptions, placed: PlacedObject): Promise<PlannedObject> {
  const { kind, object } = placed;
  const name = referenceTo(placed);
  if (isPaused(object)) return { ...name, steps: [], held: 'paused' };
  try {
    const self = selfOf(kind, options.cluster, object);
    const placement = await placementOf({ ...options, kind }, self, object);
    const ctx = contextOf({ ...options, kind }, self, placement);
    const { steps, blocked } = kind.diff(self, await kind.observe(self, ctx), ctx);
    const calls = steps.filter(({ effect }) => effect !== 'status');
    const held =
      sharedSpecOf(self.spec).managementPolicy === 'Observe' ? ({ held: 'observed' } as const) : {};
    return { ...name, steps: calls, ...(blocked && { blocked }), ...held };
  } catch (error) {
    const { blocked, unexpected } = failureOf(error);
    if (!blocked || unexpected) throw error;
    return { ...name, steps: [], failed: blocked };
  }
}
