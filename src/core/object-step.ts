import { createHash } from 'node:crypto';
import type { Child } from './context.ts';
import type { ObjectRefused } from './errors.ts';
import type { Step } from './plan.ts';

/**
 * Steps of a plan that write other objects of ours, as `ImageSchedule` makes `Image`s. Only kinds that this
 * operator manages can be written, and only in the namespace of the object whose plan it is.
 */
export interface ObjectInputs {
  /** `AlreadyExists` is handed to `refused`. */
  'k8s:Create': ObjectName & { readonly body: ObjectBody };
  /** RFC 7386, only while the object has this uid. */
  'k8s:Patch': ObjectName & { readonly uid: string; readonly patch: object };
  /** Only while the object has this uid. An object that is gone is as good as deleted. */
  'k8s:Delete': ObjectName & { readonly uid: string };
}

export interface ObjectName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface ObjectBody {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: object;
}

/** What the API server answered; to a deletion, undefined. */
export interface ObjectOutputs {
  'k8s:Create': Child;
  'k8s:Patch': Child;
  'k8s:Delete': undefined;
}

export interface ObjectStep<Seen, Name extends keyof ObjectInputs>
  extends Omit<Step<Seen>, 'effect' | 'call' | 'input' | 'fold' | 'refused' | 'region' | 'creates'> {
  readonly input: ObjectInputs[Name];
  fold(seen: Seen, output: ObjectOutputs[Name]): Seen;
  refused?(seen: Seen, error: ObjectRefused): Seen | undefined;
}

/** `objectStep<Seen>()('k8s:Create', { input, why, fold })`: as `step` of aws/step.ts, for objects. */
export function objectStep<Seen>() {
  return <Name extends keyof ObjectInputs>(call: Name, rest: ObjectStep<Seen, Name>): Step<Seen> => ({
    effect: 'k8s',
    call,
    ...rest,
  });
}

/** https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set */
const maxLabelValue = 63;

/** The value of the label by which an object finds its children: its name, past 63 characters cut and hashed. */
export function parentLabel(name: string): string {
  return shortened(name, maxLabelValue);
}

/** `text` where it fits into `max` characters; else its beginning and a hash of the whole. */
export function shortened(text: string, max: number): string {
  if (text.length <= max) return text;
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  // A label may not end in a dot or a dash before what is appended either.
  return `${text.slice(0, max - digest.length - 1).replace(/[^a-z0-9]+$/, '')}-${digest}`;
}
