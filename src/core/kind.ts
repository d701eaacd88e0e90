import type { ConditionDraft } from './conditions.ts';
import type { ResourceDefinition } from './crd/definition.ts';
import type { Guardrails } from './guardrails/schema.ts';
import type { Identity } from './identity.ts';
import type { Plan } from './plan.ts';
import type { Tags } from './tags.ts';

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

/** Where in AWS. */
export interface Scope {
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  /** For a kind that is global to its account, the region its API is called in. */
  readonly region: string;
  /** The AWSAccount whose credentials are used; absent for the operator's own. */
  readonly credentials?: string;
}

/** Equal for what is read and written with the same credentials in the same place. */
export const scopeKey = ({ account, region, credentials }: Scope): string =>
  credentials === undefined ? `${account}/${region}` : `${account}/${region} as ${credentials}`;

/** Everything else a `diff` may know: resolved beforehand, plain data. */
export interface Context {
  readonly scope: Scope;
  /** Milliseconds since the epoch, the same during one reconcile. */
  readonly now: number;
  /** The token a creating call of this reconcile is to carry. */
  readonly creationToken: string;
  /** `--default-tag` and the account's: on every resource, below the spec's own. */
  readonly defaultTags: Tags;
  readonly references: References;
  /** Of a kind that has {@link Kind.children}, as the cache has them; an object just written is among them. */
  readonly children?: readonly Child[];
  /** Of a kind that has {@link Kind.siblings}, where the account has guardrails: oldest first, itself among them. */
  readonly siblings?: readonly Sibling[];
  /** Whether a person has confirmed by annotation that what status knows and is gone may be made anew. */
  readonly mayRecreate: boolean;
  /** Of the account that is used; absent where it sets none. */
  readonly guardrails?: Guardrails;
  /** The account is not for all namespaces: who uses it may not take over, share or let in others unless it says so. */
  readonly restricted?: true;
}

export interface Reference {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export const referenceKey = (reference: Reference): string =>
  `${reference.kind}/${reference.namespace}/${reference.name}`;

/** The referenced objects that exist, by {@link referenceKey}, with the status they have now. */
export type References = ReadonlyMap<string, { readonly ready: boolean; readonly status: unknown }>;

/** An object of another kind as plain data; spec and status are that kind's, unparsed. */
export interface Child {
  readonly name: string;
  readonly uid: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly creationTimestamp?: string;
  readonly deleting: boolean;
  readonly spec: unknown;
  readonly status: unknown;
}

/** An object of the same kind in the same namespace. */
export interface Sibling {
  readonly name: string;
  /** As status says; undefined for one that nobody has looked at yet. */
  readonly accountId: string | undefined;
}

/** Measured at every look at an object, the sweep's included; told for as long as the object exists. */
export interface Gauges<Self, Seen> {
  /** By name, with Prometheus' unit at its end; `labels` beside `namespace` and `name`, which all have. */
  readonly definitions: Readonly<
    Record<string, { readonly help: string; readonly labels: readonly string[] }>
  >;
  /** Pure. As many samples as the object's schema bounds. */
  measure(self: Self, seen: Seen, ctx: Context): readonly Sample[];
}

export interface Sample {
  /** One of the definitions. */
  readonly gauge: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
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

/** Where an object's resource lives, and what its account adds to it and lets it do. */
export interface Placement {
  readonly scope: Scope;
  /** Of the account: above the operator's, below the spec's own. */
  readonly defaultTags?: Tags;
  readonly guardrails?: Guardrails;
  /** Its `allowedNamespaces` are not all. */
  readonly restricted?: true;
}

/** Which account and region an object's resource lives in. Throws AwsError, or ScopeRefused. */
export type ResolvePlacement = (object: {
  readonly namespace: string;
  /** Of a global kind: its region is where the partition's global services are called. */
  readonly global?: boolean;
  /** Its account and region are recorded: what is decided now is compared with them, and decides nothing. */
  readonly placed?: boolean;
  /** It is on its way out: nothing new begins with it. */
  readonly deleting?: boolean;
  readonly spec: {
    readonly region?: string | undefined;
    readonly accountRef?: { readonly name: string } | undefined;
  };
}) => Promise<Placement>;
