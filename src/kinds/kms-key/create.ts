import type { OutputOf } from '../../aws/calls/index.ts';
import { describeKey } from '../../aws/readers/keys.ts';
import { step } from '../../aws/step.ts';
import type { Context } from '../../core/context.ts';
import type { Plan } from '../../core/plan.ts';
import { renderPolicy } from '../../core/policy/document.ts';
import type { Tags } from '../../core/tags.ts';
import { desiredKey } from './desired.ts';
import { usageOf } from './key-types.ts';
import { isUnknownPrincipal, waitsForPrincipal } from './put-policy.ts';
import type { Seen, SeenKey } from './seen.ts';
import { type KMSKey, rotates } from './self.ts';
import { kmsTags } from './tags.ts';

/**
 * A new key, with its policy and everything that makes it ours in the one call.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 */
export function create(self: KMSKey, ctx: Context, seen: Seen): Plan<Seen> {
  const desired = desiredKey(self, ctx, ctx.creationToken);
  const { policy, tags } = desired;
  if (policy.state === 'blocked') return { steps: [], blocked: policy.blocked };
  if (seen.unknownPrincipal !== undefined) return waitsForPrincipal(seen.unknownPrincipal);
  const Policy = policy.state === 'known' ? renderPolicy(policy.document) : undefined;
  const lost = self.status.keyId;
  return {
    steps: [
      step<Seen>()('kms:CreateKey', {
        input: { ...kindOf(self), ...(Policy === undefined ? {} : { Policy }), Tags: kmsTags(tags) },
        why:
          lost === undefined
            ? "no key carries this object's identity"
            : `${lost} is gone, and a person has confirmed that another key is to take its place`,
        creates: true,
        ...(lost === undefined ? {} : { warns: true, event: 'KeyReplaced' }),
        fold: (before, output) => ({
          ...before,
          key: keyOf(output, Policy, tags),
          cameBy: 'identity',
          replicas: {},
          rotation: newRotation(self),
        }),
        refused: (before, error) =>
          isUnknownPrincipal(error) ? { ...before, unknownPrincipal: error.message } : undefined,
      }),
    ],
  };
}

/** A new key has new material: a token that is there already asks for no other. */
function newRotation(self: KMSKey): Seen['rotation'] {
  const { rotateNow } = self.spec;
  if (rotateNow !== undefined) return { enabled: false, lastToken: rotateNow };
  return rotates(self) ? { enabled: false } : undefined;
}

function kindOf({ spec }: KMSKey) {
  const { description, keySpec, keyUsage, origin, multiRegion, customKeyStoreId, xksKeyId } = spec;
  return {
    ...(description === undefined ? {} : { Description: description }),
    KeySpec: keySpec,
    KeyUsage: usageOf(keySpec, keyUsage),
    Origin: origin,
    ...(multiRegion ? { MultiRegion: true } : {}),
    ...(customKeyStoreId === undefined ? {} : { CustomKeyStoreId: customKeyStoreId }),
    ...(xksKeyId === undefined ? {} : { XksKeyId: xksKeyId }),
  };
}

function keyOf({ KeyMetadata }: OutputOf<'kms:CreateKey'>, policy: string | undefined, tags: Tags): SeenKey {
  if (!KeyMetadata?.KeyId) throw new Error('CreateKey answered without a KeyId');
  return { ...describeKey(KeyMetadata), policy, tags, aliases: [], holders: {} };
}
