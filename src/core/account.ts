import type { Guardrails } from './guardrails/schema.ts';
import type { LabelSelector } from './label-selector.ts';
import type { Tags } from './tags.ts';

/** An `AWSAccount` as a manifest declares it (kinds/aws-account has the schema), and as AWS is asked with it. */

export interface AccountSpec {
  readonly credentials: {
    readonly default?: object | undefined;
    readonly secretRef?: { readonly name: string } | undefined;
    readonly webIdentity?: WebIdentity | undefined;
  };
  readonly assumeRole?: readonly AssumeRole[] | undefined;
  readonly region?: string | undefined;
  readonly endpoints?: Endpoints | undefined;
  readonly limits?: RequestLimits | undefined;
  readonly allowedNamespaces: AllowedNamespaces;
  readonly guardrails?: Guardrails | undefined;
  readonly defaultTags?: Tags | undefined;
}

export interface AccountStatus {
  readonly accountId?: string | undefined;
  readonly arn?: string | undefined;
  readonly permissions?: readonly Permissions[] | undefined;
}

/** Whether an identity may do what a kind's calls need, as far as AWS tells. */
export interface Permissions {
  readonly kind: string;
  /** `Missing`: certainly not all. `Unknown`: nothing says that anything is missing, but not all could be asked. */
  readonly state: 'Allowed' | 'Missing' | 'Unknown';
  /** The IAM actions that are denied. */
  readonly missing?: readonly string[] | undefined;
  /** What is not known, and why. */
  readonly message?: string | undefined;
}

export interface WebIdentity {
  readonly roleArn: string;
  readonly tokenFile?: string | undefined;
  readonly serviceAccountRef?: { readonly name: string } | undefined;
  readonly audience?: string | undefined;
}

/** A role to assume with the credentials before it, as sts:AssumeRole takes it. */
export interface AssumeRole {
  readonly roleArn: string;
  readonly externalId?: string | undefined;
  readonly sessionName?: string | undefined;
  readonly tags?: Tags | undefined;
  readonly transitiveTagKeys?: readonly string[] | undefined;
  readonly policyArns?: readonly string[] | undefined;
  readonly durationSeconds?: number | undefined;
}

/** By service, as IAM policies spell it: a URL instead of AWS's own. */
export type Endpoints = Readonly<Record<string, string>>;

/** By service or `service:Operation`, in place of AWS's published quota. */
export type RequestLimits = Readonly<
  Record<string, { readonly perSecond: number; readonly burst?: number | undefined }>
>;

/** Exactly one of them. */
export interface AllowedNamespaces {
  readonly all?: true | undefined;
  readonly names?: readonly string[] | undefined;
  readonly selector?: LabelSelector | undefined;
}

/** Where the first credentials of an account come from. */
export type CredentialSource =
  /** The SDK's own chain: environment, shared files, IRSA, Pod Identity, instance profile, SSO. */
  | { readonly from: 'default' }
  | {
      readonly from: 'secret';
      readonly accessKeyId: string;
      readonly secretAccessKey: string;
      readonly sessionToken?: string;
    }
  | { readonly from: 'webIdentity'; readonly roleArn: string; readonly token: WebIdentityToken };

export type WebIdentityToken =
  | { readonly file: string }
  | {
      readonly serviceAccount: string;
      readonly audience: string;
      /** A new one; throws what the API server answered. */
      request(): Promise<string>;
    };

/** All that signs an account's requests and says where they go. */
export interface AccountAccess {
  /** The AWSAccount's. */
  readonly name: string;
  readonly source: CredentialSource;
  readonly assumeRole: readonly AssumeRole[];
  /** Where STS is asked. */
  readonly region: string;
  readonly endpoints?: Endpoints | undefined;
  readonly limits?: RequestLimits | undefined;
}

/** Who credentials are, in AWS's own words. */
export interface AccountIdentity {
  readonly partition: string;
  /** Twelve digits. */
  readonly account: string;
  readonly arn: string;
  /** Where the partition's global services are called. */
  readonly globalRegion: string;
}

export interface KindCalls {
  readonly kind: string;
  /** `service:Operation`. */
  readonly calls: readonly string[];
}

/** AWS, as far as it is asked for accounts. */
export interface AccountSessions {
  /**
   * Who this access makes us. Calls in a scope with its name are signed with it from now on. AWS is asked when
   * the access is another than before, and again every few minutes. Throws AwsError.
   */
  identify(access: AccountAccess): Promise<AccountIdentity>;
  /** AWS refused credentials that were good before: the next `identify` asks anew. */
  doubt(name: string): void;
  /** Called when an account is doubted, once for a volley of refusals. Returns what ends it. */
  onDoubted(listener: (name: string) => void): () => void;
  /**
   * What this access may do of what kinds call, by kind. What AWS refuses to tell is unknown; where it cannot tell
   * now, it throws AwsError.
   */
  permissions(access: AccountAccess, kinds: readonly KindCalls[]): Promise<readonly Permissions[]>;
  /** There is no such AWSAccount any more. */
  forget(name: string): void;
}
