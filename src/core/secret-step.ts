import type { ObjectRefused } from './errors.ts';
import type { Step } from './plan.ts';

/**
 * Steps of a plan that deliver what the step before them answered in secret ({@link Step.secret}) into a Secret of
 * Kubernetes. Only in the namespace of the object whose plan it is, and only Secrets of type Opaque are made.
 *
 * The operator may create, patch and delete Secrets, and never get, list or watch them. What there is, it is told by
 * the reply to a patch that changes nothing ({@link LookAtSecret}); and of every reply it asks the API server for
 * the metadata only, so that no data comes back.
 */
export interface SecretInputs {
  'k8s:WriteSecret': SecretName &
    SecretBody & {
      /** What is there, and is written over only while it is that very version; without it, the Secret is made. */
      readonly over?: { readonly resourceVersion: string };
    };
  /** Only while the Secret has this uid. One that is gone is as good as deleted. */
  'k8s:DeleteSecret': SecretName & { readonly uid: string };
}

export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

export interface SecretBody {
  readonly labels?: Readonly<Record<string, string>>;
  /** Null takes one off. */
  readonly annotations?: Readonly<Record<string, string | null>>;
  /** All of them. */
  readonly ownerReferences: readonly OwnerReference[];
  /** In each value `[sealed]` (core/sealed.ts) stands for the secret of the step before. */
  readonly data?: Readonly<Record<string, string>>;
}

/** metav1.OwnerReference. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** What the API server tells of a Secret without its data. */
export interface SecretSeen {
  readonly uid: string;
  readonly resourceVersion: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly ownerReferences: readonly OwnerReference[];
  /**
   * The keys of its data whose values this operator wrote and nobody has changed since, as the API server keeps
   * book of it in managedFields: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
   */
  readonly written: readonly string[];
}

/**
 * Undefined where there is none. What is not there has been tried to be made, without anything being stored: a right
 * that is missing is told (ObjectRefused, class `Denied`) before anything is made that would have to go into it.
 */
export type LookAtSecret = (secret: SecretName) => Promise<SecretSeen | undefined>;

export interface SecretOutputs {
  'k8s:WriteSecret': SecretSeen;
  'k8s:DeleteSecret': undefined;
}

export interface SecretStep<Seen, Name extends keyof SecretInputs>
  extends Omit<
    Step<Seen>,
    'effect' | 'call' | 'input' | 'fold' | 'refused' | 'region' | 'creates' | 'secret'
  > {
  readonly input: SecretInputs[Name];
  fold(seen: Seen, output: SecretOutputs[Name]): Seen;
  refused?(seen: Seen, error: ObjectRefused): Seen | undefined;
}

/** `secretStep<Seen>()('k8s:WriteSecret', { input, why, fold })`: as `step` of aws/step.ts, for Secrets. */
export function secretStep<Seen>() {
  return <Name extends keyof SecretInputs>(call: Name, rest: SecretStep<Seen, Name>): Step<Seen> => ({
    effect: 'k8s',
    call,
    ...rest,
  });
}

export const isSecretCall = (call: string): call is keyof SecretInputs =>
  call === 'k8s:WriteSecret' || call === 'k8s:DeleteSecret';
