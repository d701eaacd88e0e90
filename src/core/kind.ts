import type { ConditionDraft } from './conditions.ts';
import type { Context, Reference } from './context.ts';
import type { ResourceDefinition } from './crd/definition.ts';
import type { Gauges } from './gauges.ts';
import type { Identity } from './identity.ts';
import type { Plan } from './plan.ts';
import type { Scope } from './scope.ts';

/**
 * The one contract of a kind. A kind says what AWS has (`observe`), what is to be called so that AWS is as
 * declared (`diff`), and what of it belongs into status. It never writes, waits, retries or catches: the
 * controller does, in the same way for every kind.
 */
export interface Kind<Spec, Status, Seen> {
  readonly definition: ResourceDefinition<Spec, Status>;

  /** Its resources belong to the account and to no region (IAM). */
  readonly global?: true;

  /** The id in AWS that status records, if any. */
  knownId(status: Status): string | undefined;

  /** The id in AWS of the primary resource that was seen, if it exists. */
  seenId(seen: Seen): string | undefined;

  /**
   * What AWS has for this object, freshly, through batched readers. A known id counts as gone only after
   * NotFound on that id. Throws AwsError.
   */
  observe(self: Self<Spec, Status>, ctx: Context): Promise<Seen>;

  /** Pure, synchronous, without clock or I/O. An empty plan without `blocked` means: as declared. */
  diff(self: Self<Spec, Status>, seen: Seen, ctx: Context): Plan<Seen>;

  /** A function of what was seen, never of what was wished. Undefined members are left out. */
  status(self: Self<Spec, Status>, seen: Seen, ctx: Context): Status;

  /**
   * Conditions of the kind's own, beside Ready, Reconciling and Stalled. One that `warns` is told as a
   * Warning Event when it becomes True.
   */
  conditions?(self: Self<Spec, Status>, seen: Seen, ctx: Context): (ConditionDraft & { warns?: boolean })[];

  /** Everything in `scope` that carries our cluster's tag, read in bulk: for the sweep. Throws AwsError. */
  list(scope: Scope): Promise<Listing<Self<Spec, Status>, Seen>>;

  /** Other objects this one needs: they are resolved before `observe`, and requeue it when they change. */
  references?(self: Self<Spec, Status>): readonly Reference[];

  /**
   * Objects of another kind that this one makes: those in its own namespace whose `label` is
   * {@link parentLabel} of its name. They are in `ctx.children`, and a change of one requeues its parent.
   */
  readonly children?: { readonly kind: string; readonly label: string };

  /**
   * What an object may do depends on the others of its kind in its namespace: they are in `ctx.siblings`,
   * and one that was forbidden is looked at again when one of them goes.
   */
  readonly siblings?: true;

  /** Its plans write Secrets (secret-step.ts), in its object's own namespace. */
  readonly deliversSecrets?: true;

  /** What Prometheus is told of its objects, beside whether they are ready. */
  readonly gauges?: Gauges<Self<Spec, Status>, Seen>;

  /** Some objects want looking at more often than the sweep does. */
  readonly pulse?: Pulse<Self<Spec, Status>>;

  /** How long AWS may hide what it has just created, in milliseconds (aws/consistency.ts has the sources). */
  readonly visibleAfter: number;
}

/** A kind whose types only it knows: the runtime just hands it its own values back. */
export type AnyKind = Kind<unknown, unknown, unknown>;

/** An object as a kind sees it. */
export interface Self<Spec, Status> {
  readonly identity: Identity;
  readonly uid: string;
  readonly generation: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: Spec;
  /** As last written. */
  readonly status: Status;
  readonly deleting: boolean;
  /** `status.creation`: the intent written before the last creating call. */
  readonly creation?: CreationIntent;
}

/** Written to status, under a resourceVersion, before any creating call. */
export interface CreationIntent {
  /** Also on the resource, as `mooring.dev/creation`. */
  readonly token: string;
  /** RFC 3339. */
  readonly time: string;
}

export interface Listing<Self, Seen> {
  /** How many resources were read. */
  readonly size: number;
  /** What was seen for this object, or undefined where only a fresh look can tell. */
  observe(self: Self, ctx: Context): Promise<Seen | undefined>;
  /** Resources that carry our cluster's tag and an identity of this kind, for comparison with the objects that exist. */
  readonly owned: readonly { readonly id: string; readonly idTag: string; readonly released: boolean }[];
  /** Of one that belongs to no object: whether AWS is about to delete it, so that nobody need mind it. Throws AwsError. */
  goes?(id: string): Promise<boolean>;
}

export interface Pulse<Self> {
  /** Milliseconds. */
  readonly every: number;
  concerns(self: Self): boolean;
}

/**
 * Executes one call in AWS. Guarantees: the account's request limits are kept; `mayWrite` is asked after
 * any waiting, immediately before the call is sent, and its exception ends the call unsent; a creating
 * call is sent at most once. Throws AwsError.
 */
export type Execute = (request: {
  readonly call: string;
  readonly input: object;
  readonly scope: Scope;
  readonly creates: boolean;
  readonly mayWrite: () => void;
}) => Promise<unknown>;
