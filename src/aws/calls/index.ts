/**
 * The table of calls: every operation that Mooring may ever make in AWS, one file a service. What is not
 * in it cannot be called, and the IAM policy the operator needs is read off it.
 */
import { autoScalingCalls } from './autoscaling.ts';
import type { Call } from './call.ts';
import { ec2Calls } from './ec2.ts';
import { ec2ImageUsageCalls } from './ec2-image-usage.ts';
import { ec2ImageCalls } from './ec2-images.ts';
import { iamCalls } from './iam.ts';
import { kmsCalls } from './kms.ts';
import { stsCalls } from './sts.ts';
import { taggingCalls } from './tagging.ts';

const table = {
  ...autoScalingCalls,
  ...ec2Calls,
  ...ec2ImageCalls,
  ...ec2ImageUsageCalls,
  ...iamCalls,
  ...kmsCalls,
  ...stsCalls,
  ...taggingCalls,
};

type Entries = typeof table;

/** `service:Operation`, as IAM policies spell it. */
export type CallName = keyof Entries;
export type InputOf<Name extends CallName> = Entries[Name] extends Call<infer Input, unknown> ? Input : never;
/** What AWS answers, without the SDK's metadata of the reply. */
export type OutputOf<Name extends CallName> =
  Entries[Name] extends Call<infer _Input, infer Output> ? Omit<Output, '$metadata'> : never;

/** The same table, in a form whose entries the compiler can relate to their name. */
export type Calls = { readonly [Name in CallName]: Call<InputOf<Name>, OutputOf<Name>> };

export const calls: Calls = table;

export const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name);

/** The IAM actions, sorted, without which these calls are denied. */
export function actionsOf(names: readonly CallName[]): string[] {
  const actions = names.flatMap((name) => (calls[name].open ? [] : [name, ...calls[name].implies]));
  return [...new Set<string>(actions)].sort();
}
