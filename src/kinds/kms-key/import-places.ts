/** What an import says of a key as of each replica: its names and its policy. */

import type { Context } from '../../core/context.ts';
import { policiesEqual } from '../../core/policy/compare.ts';
import type { PolicyDocument } from '../../core/policy/document.ts';
import { InvalidPolicy } from '../../core/policy/invalid-policy.ts';
import { parsePolicy } from '../../core/policy/parse.ts';
import { policyProblem } from './policy.ts';
import { nameOf, type Place, type SeenKey } from './seen.ts';

export interface Part<Spec> {
  readonly spec: Spec;
  readonly notes: readonly string[];
}

/** As many names as the schema takes. */
const maxAliases = 20;

/** A name that a manifest does not say is left to the key. */
export function importAliases(key: SeenKey, place?: Place): Part<{ readonly aliases?: readonly string[] }> {
  const all = key.aliases.filter((alias) => !alias.startsWith('alias/aws/'));
  const left = all.slice(maxAliases);
  return {
    spec: all.length === 0 ? {} : { aliases: all.slice(0, maxAliases) },
    notes:
      left.length === 0
        ? []
        : [
            `${nameOf(key, place)}: a manifest has ${maxAliases} aliases, and leaves the others: ${left.join(', ')}`,
          ],
  };
}

export interface PolicyPart extends Part<{ readonly policy?: PolicyDocument }> {
  /** As it is, also where it goes without saying; undefined: a manifest cannot say it. */
  readonly document?: PolicyDocument;
}

/**
 * The policy as AWS has it. Left out is AWS's default, which is that of a manifest that says nothing, and what a
 * manifest cannot say; a manifest without a policy leaves the key's as it is.
 */
export function importPolicy(key: SeenKey, ctx: Context, place?: Place): PolicyPart {
  const document = read(key.policy);
  if (typeof document !== 'string') {
    return { spec: isDefault(document, ctx) ? {} : { policy: document }, notes: [], document };
  }
  const note = `${nameOf(key, place)}: its policy ${document}: policy is left out, and so left as it is`;
  return { spec: {}, notes: [note] };
}

/** Or, in words, what is wrong with it. */
function read(text: string | undefined): PolicyDocument | string {
  if (text === undefined) return 'is not to be seen';
  try {
    const document = parsePolicy(text);
    return policyProblem(document) ?? document;
  } catch (error) {
    if (error instanceof InvalidPolicy) return `cannot be read (${error.message})`;
    throw error;
  }
}

/**
 * AWS's own default: the account's IAM policies decide, and nothing else. Its Id says only who wrote it.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function isDefault(
  { Id: _, ...document }: PolicyDocument,
  { scope: { partition, account } }: Context,
): boolean {
  return policiesEqual(document, {
    Version: '2012-10-17',
    Statement: {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: `arn:${partition}:iam::${account}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
  });
}
