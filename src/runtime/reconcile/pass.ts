import type { Context } from '../../core/context.ts';
import type { CreationIntent, Self } from '../../core/kind.ts';
import { mayRecreate } from '../../core/recreation.ts';
import { type Resource, readyOf } from '../../core/resource.ts';
import type { Placement, Scope } from '../../core/scope.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import type { Sealed } from '../../core/sealed.ts';
import { sharedSpecOf } from '../../core/shared-spec.ts';
import { type Mode, modeOf } from './assess.ts';
import type { ReconcilerOptions } from './options.ts';
import { selfOf } from './self.ts';

/** What one reconcile knows of its object. `object` and `creation` follow the writes it makes. */
export interface Pass {
  object: Resource;
  creation: CreationIntent | undefined;
  /** What a creating step wrote beside it, while it is not known what became of the call. */
  intent?: object | undefined;
  /** What the last step answered in secret, for the next one to deliver. */
  sealed?: Sealed | undefined;
  readonly self: Self<unknown, unknown>;
  readonly ctx: Context;
  readonly mode: Mode;
  /**
   * It was as declared before, in this generation, or would have been but for a fight: what is found
   * different now is drift.
   */
  readonly wasReady: boolean;
  /** Fields whose repair has begun: all the calls it takes are one repair. */
  readonly repaired: Set<string>;
  /** Where the exclusive claims stood before AWS was looked at. */
  readonly turn: number;
}

/** Throws InvalidSpec, ScopeRefused, AwsError. */
export async function startPass(options: ReconcilerOptions, object: Resource): Promise<Pass> {
  const { kind, guards } = options;
  const self = selfOf(kind, options.cluster, object);
  const placement = await placementOf(options, self, object);
  const mode = modeOf(options.readOnly, sharedSpecOf(self.spec));
  return {
    object,
    creation: self.creation,
    self,
    ctx: contextOf(options, self, placement),
    mode,
    wasReady: wasReady(object),
    repaired: new Set(),
    turn: guards.exclusions.turn,
  };
}

/** Where the object lives, and has always lived. Throws ScopeRefused, AwsError. */
export async function placementOf(
  { kind, resolvePlacement }: Pick<ReconcilerOptions, 'kind' | 'resolvePlacement'>,
  self: Self<unknown, unknown>,
  object: Resource,
): Promise<Placement> {
  const placement = await resolvePlacement({
    namespace: self.identity.namespace,
    spec: sharedSpecOf(self.spec),
    global: kind.global ?? false,
    placed: object.status?.accountId !== undefined,
    deleting: self.deleting,
  });
  refuseMoved(object, placement.scope);
  return placement;
}

/** What a context is made of. */
export type ContextSources = Pick<
  ReconcilerOptions,
  'kind' | 'clock' | 'newToken' | 'defaultTags' | 'offspring' | 'references' | 'siblings'
>;

export function contextOf(
  options: ContextSources,
  self: Self<unknown, unknown>,
  { scope, defaultTags = {}, guardrails, restricted }: Placement,
): Context {
  return {
    scope,
    now: options.clock.now(),
    creationToken: options.newToken(),
    defaultTags: { ...options.defaultTags, ...defaultTags },
    ...(guardrails ? { guardrails } : {}),
    ...(restricted ? { restricted } : {}),
    ...(guardrails && options.siblings ? { siblings: options.siblings(self.identity) } : {}),
    ...(options.offspring ? { children: options.offspring.of(self.identity) } : {}),
    references: options.references(self.identity, options.kind.references?.(self) ?? []),
    mayRecreate: mayRecreate(self.annotations, options.kind.knownId(self.status)),
  };
}

/** Credentials or a default region that changed must not make everything again somewhere else. */
function refuseMoved({ status }: Resource, { account, region }: Scope): void {
  if (status?.accountId !== undefined && status.accountId !== account) {
    throw new ScopeRefused(
      'AccountChanged',
      `this object's resource is in account ${status.accountId}, the credentials now are of account ${account}`,
    );
  }
  if (status?.region !== undefined && status.region !== region) {
    throw new ScopeRefused(
      'AccountChanged',
      `this object's resource is in region ${status.region}, the operator's settings now say ${region}`,
    );
  }
}

function wasReady(object: Resource): boolean {
  const ready = readyOf(object);
  const settled = ready?.status === 'True' || ready?.reason === 'DriftFight';
  return settled && ready.observedGeneration === object.metadata.generation;
}
