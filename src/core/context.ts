import type { Guardrails } from './guardrails/schema.ts';
import type { Scope } from './scope.ts';
import type { Tags } from './tags.ts';

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
