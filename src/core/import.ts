/**
 * What a kind gives to `mooring import`: the resources that an account has already, as specs that adopt them.
 *
 * Guarantees: a spec is given only where the kind's own `diff`, asked about it, would do no more than say whose
 * the resource is; what a spec cannot say is told in words, as a note or as the reason why there is no spec.
 */

import { z } from 'zod';
import type { Context } from './context.ts';
import type { ResourceDefinition } from './crd/definition.ts';
import { tagValue } from './crd/fields.ts';
import type { Self } from './kind.ts';
import { claimOn, ownerOf } from './ownership.ts';
import type { Plan } from './plan.ts';
import type { Scope } from './scope.ts';
import { isReservedTagKey, type Tags } from './tags.ts';

export interface Importer {
  readonly definition: Pick<ResourceDefinition<unknown, unknown>, 'kind' | 'plural'>;
  /** As {@link Kind.global}. */
  readonly global?: true;
  /** All that is there, whosever, with no more calls than it takes to say what each is called. Throws AwsError. */
  list(scope: Scope, now: number): Promise<readonly Candidate[]>;
}

/** A resource that may be imported. */
export interface Candidate {
  /** What `adopt` is given. */
  readonly id: string;
  /** What people call it, where it has a name beside its id: the object is named after it. */
  readonly title?: string | undefined;
  /** All that a person may ask for it by, `id` and `title` among them. */
  readonly names: readonly string[];
  /** Throws AwsError. */
  tags(): Promise<Tags>;
  /** Throws AwsError. */
  read(): Promise<Rendered>;
}

/** A spec as a person writes it, without defaults; or, in words, why there is none. */
export type Rendered =
  | { readonly spec: Readonly<Record<string, unknown>>; readonly notes: readonly string[] }
  | { readonly reason: string };

/** Nobody: no resource carries this identity. */
const nobody = { identity: { cluster: '', kind: '', namespace: '', name: '' }, uid: '' };

/** Why a resource with these tags is not to be imported: it is an object's already. */
export function whoseAlready(tags: Tags): string | undefined {
  return claimOn(tags, nobody) === 'unclaimed'
    ? undefined
    : `it belongs to ${ownerOf(tags)} by its mooring.dev tags`;
}

/** Of the 50 tags AWS allows on a resource, six are ours. */
const maxTags = 44;

export interface ImportableTags {
  /** To be spread into the spec: without the field where it would be empty. */
  readonly spec: Readonly<Record<string, Tags>>;
  readonly notes: readonly string[];
  /** Why a resource with so many cannot be imported. */
  readonly reason?: string;
}

/**
 * `tags` as a spec gives them. Those that it cannot give (AWS's own, or with characters beyond those that all of
 * AWS takes) stay on the resource all the same, for what a manifest does not name is left alone.
 */
export function importableTags(tags: Tags, field = 'tags'): ImportableTags {
  const own = Object.entries(tags).filter(([key]) => !key.toLowerCase().startsWith('aws:'));
  if (own.length > maxTags) {
    const reason = `it has ${own.length} tags, and AWS allows 50: more than ${maxTags} leave no room for those that say whose it is`;
    return { spec: {}, notes: [], reason };
  }
  const given = Object.entries(tags)
    .filter(isGiveable)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const left = Object.keys(tags).filter((key) => !given.some(([other]) => other === key));
  return {
    spec: given.length === 0 ? {} : { [field]: Object.fromEntries(given) },
    notes:
      left.length === 0
        ? []
        : [`${field} that a manifest cannot give, and so leaves: ${left.sort().join(', ')}`],
  };
}

const isGiveable = ([key, value]: readonly [string, string]): boolean =>
  !isReservedTagKey(key) && tagValue().safeParse(key).success && tagValue().safeParse(value).success;

/** All that a `diff` is to know of a resource that is to be imported: no rules of an account, no default tags. */
export const importContext = (scope: Scope, now: number): Context => ({
  scope,
  now,
  creationToken: '',
  defaultTags: {},
  references: new Map(),
  mayRecreate: false,
});

/** The object that a manifest of this spec is before anybody has looked at it; or, in words, what is wrong with it. */
export function asObject<Spec, Status>(
  definition: ResourceDefinition<Spec, Status>,
  spec: object,
): Self<Spec, Status> | string {
  const parsed = definition.spec.safeParse(spec);
  const status = definition.status.parse({});
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return `no manifest can say what it is: spec.${issue?.path.join('.')}: ${issue?.message}`;
  }
  return {
    ...nobody,
    generation: 1,
    labels: {},
    annotations: {},
    spec: parsed.data,
    status,
    deleting: false,
  };
}

const tagInput = z.looseObject({
  Tags: z.array(z.looseObject({ Key: z.string().optional(), TagKey: z.string().optional() })),
});

/** Whether a call that tags says no more than whose something is; KMS spells a tag in its own way. */
const setsOurTagsOnly = (input: object): boolean =>
  tagInput.safeParse(input).data?.Tags.every(({ Key, TagKey }) => isReservedTagKey(Key ?? TagKey ?? '')) ??
  false;

/**
 * What was rendered, if its plan is to call nothing but `tagging`: what else the operator would do is a change,
 * and what it would wait for a manifest that is never Ready.
 */
export async function ifUnchanged<Spec, Status, Seen>(
  definition: ResourceDefinition<Spec, Status>,
  rendered: Rendered,
  tagging: readonly string[],
  planFor: (self: Self<Spec, Status>) => Plan<Seen> | Promise<Plan<Seen>>,
): Promise<Rendered> {
  if ('reason' in rendered) return rendered;
  const self = asObject(definition, rendered.spec);
  if (typeof self === 'string') return { reason: self };
  const { steps, blocked } = await planFor(self);
  const change = steps.find(({ call, input }) => !tagging.includes(call) || !setsOurTagsOnly(input));
  if (change) return { reason: `a manifest of it would change it: ${change.call}: ${change.why}` };
  return blocked ? { reason: blocked.message } : rendered;
}
