import type { OutputOf } from '../../aws/calls/index.ts';
import { describeKey } from '../../aws/readers/keys.ts';
import { step } from '../../aws/step.ts';
import { blocked, inSync, type Plan } from '../../core/plan.ts';
import { renderPolicy } from '../../core/policy/document.ts';
import type { Tags } from '../../core/tags.ts';
import type { Desired } from './desired.ts';
import { isUnknownPrincipal, waitsForPrincipal } from './put-policy.ts';
import type { Seen, SeenKey } from './seen.ts';
import { fieldAt, kmsTags } from './tags.ts';

/**
 * A replica in a Region that has none. AWS makes at most one there, so that a repetition makes no second.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_ReplicateKey.html
 */
export function replicate(key: SeenKey, desired: Desired, seen: Seen): Plan<Seen> {
  const { place: region = '', policy, tags, description } = desired;
  if (policy.state === 'blocked') return { steps: [], blocked: policy.blocked };
  if (seen.unknownPrincipal !== undefined) return waitsForPrincipal(seen.unknownPrincipal);
  if (key.state === 'Disabled') {
    return blocked(
      'InvalidSpec',
      `spec.replicas[${region}]: AWS replicates only an enabled key, and ${key.keyId} is disabled`,
    );
  }
  if (key.state !== 'Enabled' && key.state !== 'PendingImport') return inSync;
  const Policy = policy.state === 'known' ? renderPolicy(policy.document) : undefined;
  return {
    steps: [
      step<Seen>()('kms:ReplicateKey', {
        input: {
          KeyId: key.keyId,
          ReplicaRegion: region,
          ...(description === undefined ? {} : { Description: description }),
          ...(Policy === undefined ? {} : { Policy }),
          Tags: kmsTags(tags),
        },
        why: `${key.keyId} has no replica in ${region}`,
        field: fieldAt(region, 'region'),
        fold: (before, output) => ({
          ...before,
          replicas: { ...before.replicas, [region]: replicaOf(output, Policy, tags) },
        }),
        refused: (before, error) =>
          isUnknownPrincipal(error) ? { ...before, unknownPrincipal: error.message } : undefined,
      }),
    ],
  };
}

function replicaOf(
  { ReplicaKeyMetadata, ReplicaPolicy }: OutputOf<'kms:ReplicateKey'>,
  policy: string | undefined,
  tags: Tags,
): SeenKey {
  if (!ReplicaKeyMetadata?.KeyId) throw new Error('ReplicateKey answered without a KeyId');
  return {
    ...describeKey(ReplicaKeyMetadata),
    policy: policy ?? ReplicaPolicy,
    tags,
    aliases: [],
    holders: {},
  };
}
