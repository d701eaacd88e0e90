import type { Guardrails } from './guardrails/schema.ts';
import type { Tags } from './tags.ts';

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
