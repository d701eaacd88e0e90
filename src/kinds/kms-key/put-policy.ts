import { step } from '../../aws/step.ts';
import type { StepError } from '../../core/errors.ts';
import { inSync, type Plan } from '../../core/plan.ts';
import { policiesEqual } from '../../core/policy/compare.ts';
import { policyDifferences } from '../../core/policy/differences.ts';
import { type PolicyDocument, renderPolicy } from '../../core/policy/document.ts';
import { InvalidPolicy } from '../../core/policy/invalid-policy.ts';
import { parsePolicy } from '../../core/policy/parse.ts';
import type { Desired } from './desired.ts';
import { changed, nameOf, type Seen, type SeenKey } from './seen.ts';
import { fieldAt, regionOf } from './tags.ts';

/** Differences told of a policy; the rest is a number. */
const told = 3;

/** The key policy as declared, compared by what it means. The lockout check of AWS always stays on. */
export function putPolicy(key: SeenKey, { policy, place }: Desired): Plan<Seen> {
  if (policy.state === 'unmanaged') return inSync;
  if (policy.state === 'blocked') return { steps: [], blocked: policy.blocked };
  const differences = differencesTo(policy.document, key.policy);
  if (differences.length === 0) return inSync;
  if (key.unknownPrincipal !== undefined) return waitsForPrincipal(key.unknownPrincipal);
  const Policy = renderPolicy(policy.document);
  const more = differences.length > told ? `; and ${differences.length - told} more` : '';
  return {
    steps: [
      step<Seen>()('kms:PutKeyPolicy', {
        ...regionOf(place),
        input: { KeyId: key.keyId, PolicyName: 'default', Policy },
        why: `${nameOf(key, place)}: ${differences.slice(0, told).join('; ')}${more}`,
        field: fieldAt(place, policy.field),
        fold: (seen) => changed(seen, place, (now) => ({ ...now, policy: Policy })),
        refused: (seen, error) =>
          isUnknownPrincipal(error)
            ? changed(seen, place, (now) => ({ ...now, unknownPrincipal: error.message }))
            : undefined,
      }),
    ],
  };
}

function differencesTo(desired: PolicyDocument, text: string | undefined): string[] {
  if (text === undefined) return ['the key has the default policy'];
  try {
    const seen = parsePolicy(text);
    return policiesEqual(seen, desired) ? [] : policyDifferences(seen, desired);
  } catch (error) {
    if (error instanceof InvalidPolicy) return ['the policy in AWS cannot be read'];
    throw error;
  }
}

/**
 * A role or user that was just made is not known to KMS for a while:
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html#KMS-PutKeyPolicy-request-Policy
 */
export const isUnknownPrincipal = ({ code, message }: StepError): boolean =>
  code === 'MalformedPolicyDocumentException' && /invalid principal/i.test(message);

export const waitsForPrincipal = (words: string): Plan<never> => ({
  steps: [],
  blocked: {
    reason: 'DependencyNotReady',
    message: `KMS does not know a principal of the policy (yet), and is asked again: ${words}`,
  },
});
