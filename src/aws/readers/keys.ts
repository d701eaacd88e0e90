import { AwsError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
import type { Tags } from '../../core/tags.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';

/** A KMS key as DescribeKey shows it. */
export interface KeyDescription {
  readonly keyId: string;
  readonly arn: string;
  readonly description: string;
  /** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
  readonly state: string;
  readonly spec: string;
  readonly usage: string;
  readonly origin: string;
  /** `CUSTOMER`, or `AWS` for the keys that services make for themselves. */
  readonly manager: string;
  readonly customKeyStoreId?: string | undefined;
  readonly xksKeyId?: string | undefined;
  readonly multiRegion: boolean;
  /** Of a multi-Region key; Regions are by their name. */
  readonly primaryRegion?: string | undefined;
  readonly replicaRegions: readonly string[];
  /** RFC 3339; only while it is scheduled for deletion. */
  readonly deletionDate?: string | undefined;
}

export interface KeyRotation {
  readonly enabled: boolean;
  /** Days. */
  readonly period?: number | undefined;
  /** RFC 3339. */
  readonly next?: string | undefined;
  /** When the on-demand rotation that is under way began, RFC 3339. */
  readonly startedOnDemand?: string | undefined;
}

/**
 * Reads about one key, named by its id: there is no call that answers for several. Each is undefined only
 * after AWS has answered NotFound; `rotation` also where the key is of a type that has none.
 */
export interface KeyReaders {
  /** Also by ARN, and by an alias. */
  describe(key: string): Promise<KeyDescription | undefined>;
  /** The key policy's text. */
  policy(keyId: string): Promise<string | undefined>;
  rotation(keyId: string): Promise<KeyRotation | undefined>;
  /** When each of the on-demand rotations was completed, RFC 3339, oldest first. */
  onDemandRotations(keyId: string): Promise<readonly string[] | undefined>;
  tags(keyId: string): Promise<Tags | undefined>;
}

export function createKeyReaders(read: Read, scope: Scope): KeyReaders {
  return {
    describe: (KeyId) =>
      unlessGone(async () => toDescription(await read(scope, 'kms:DescribeKey', { KeyId }))),
    policy: (KeyId) =>
      unlessGone(async () =>
        text((await read(scope, 'kms:GetKeyPolicy', { KeyId, PolicyName: 'default' })).Policy),
      ),
    rotation: (KeyId) =>
      unlessGone(
        async () => toRotation(await read(scope, 'kms:GetKeyRotationStatus', { KeyId })),
        ['UnsupportedOperationException'],
      ),
    onDemandRotations: (KeyId) =>
      unlessGone(async () => {
        const dates: string[] = [];
        let Marker: string | undefined;
        do {
          const page = await read(scope, 'kms:ListKeyRotations', { KeyId, Limit: 1_000, Marker });
          for (const { RotationType, RotationDate } of page.Rotations ?? []) {
            if (RotationType === 'ON_DEMAND' && RotationDate) dates.push(RotationDate.toISOString());
          }
          Marker = page.Truncated ? text(page.NextMarker) : undefined;
        } while (Marker);
        return dates.sort();
      }),
    tags: (keyId) => unlessGone(() => readTags(read, scope, keyId)),
  };
}

/** Throws NotFound. */
export async function readTags(read: Read, scope: Scope, KeyId: string): Promise<Tags> {
  const tags: Record<string, string> = {};
  let Marker: string | undefined;
  do {
    const page = await read(scope, 'kms:ListResourceTags', { KeyId, Marker });
    for (const { TagKey, TagValue } of page.Tags ?? []) if (TagKey) tags[TagKey] = TagValue ?? '';
    Marker = page.Truncated ? text(page.NextMarker) : undefined;
  } while (Marker);
  return tags;
}

async function unlessGone<Value>(
  look: () => Promise<Value>,
  codes: readonly string[] = [],
): Promise<Value | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof AwsError && (error.class === 'NotFound' || codes.includes(error.code)))
      return undefined;
    throw error;
  }
}

function toDescription({ KeyMetadata: key }: OutputOf<'kms:DescribeKey'>): KeyDescription | undefined {
  return key && describeKey(key);
}

export type KeyMetadata = NonNullable<OutputOf<'kms:DescribeKey'>['KeyMetadata']>;

/** What DescribeKey, CreateKey and ReplicateKey all answer. */
export function describeKey(key: KeyMetadata): KeyDescription {
  const regions = key.MultiRegionConfiguration;
  return {
    keyId: key.KeyId ?? '',
    arn: key.Arn ?? '',
    description: key.Description ?? '',
    state: key.KeyState ?? 'Unknown',
    spec: key.KeySpec ?? key.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT',
    usage: key.KeyUsage ?? 'ENCRYPT_DECRYPT',
    origin: key.Origin ?? 'AWS_KMS',
    manager: key.KeyManager ?? 'CUSTOMER',
    customKeyStoreId: text(key.CustomKeyStoreId),
    xksKeyId: text(key.XksKeyConfiguration?.Id),
    multiRegion: key.MultiRegion ?? false,
    primaryRegion: text(regions?.PrimaryKey?.Region),
    replicaRegions: (regions?.ReplicaKeys ?? []).flatMap(({ Region }) => Region ?? []).sort(),
    deletionDate: key.DeletionDate?.toISOString(),
  };
}

const toRotation = (status: OutputOf<'kms:GetKeyRotationStatus'>): KeyRotation => ({
  enabled: status.KeyRotationEnabled ?? false,
  period: status.RotationPeriodInDays,
  next: status.NextRotationDate?.toISOString(),
  startedOnDemand: status.OnDemandRotationStartDate?.toISOString(),
});
