import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type KeyMetadata,
  KMSClient,
  ListAliasesCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { tagKeys } from '../../src/core/identity.ts';

/** A person with the AWS console, in one region, who looks at keys. */
export interface KmsUser {
  readonly client: KMSClient;
  /** The ids of the keys that carry the cluster's tag, whatever their state. */
  ownKeys(): Promise<string[]>;
  describe(keyId: string): Promise<KeyMetadata>;
  tags(keyId: string): Promise<Record<string, string>>;
  tag(keyId: string, tags: Record<string, string>): Promise<void>;
  untag(keyId: string, ...keys: string[]): Promise<void>;
  aliases(keyId: string): Promise<string[]>;
  createAlias(alias: string, keyId: string): Promise<void>;
  deleteAlias(alias: string): Promise<void>;
  policy(
    keyId: string,
  ): Promise<{ readonly Statement: readonly { readonly Sid?: string; readonly Principal?: unknown }[] }>;
  putPolicy(keyId: string, policy: object): Promise<void>;
  rotation(keyId: string): Promise<{ enabled: boolean; days: number | undefined }>;
  enableRotation(keyId: string, days: number): Promise<void>;
  disableRotation(keyId: string): Promise<void>;
  onDemandRotations(keyId: string): Promise<number>;
  disable(keyId: string): Promise<void>;
  rename(keyId: string, description: string): Promise<void>;
  scheduleDeletion(keyId: string, days?: number): Promise<void>;
  cancelDeletion(keyId: string): Promise<void>;
  /** The new key's id. */
  create(input?: CreateKeyCommandInput): Promise<string>;
  close(): void;
}

/** `cluster` is whose keys `ownKeys` lists. */
export function kmsUser(endpoint: string, region: string, cluster: string): KmsUser {
  const client = new KMSClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'person', secretAccessKey: 'person' },
  });
  const tags = async (KeyId: string) => {
    const { Tags = [] } = await client.send(new ListResourceTagsCommand({ KeyId }));
    return Object.fromEntries(Tags.map(({ TagKey = '', TagValue = '' }) => [TagKey, TagValue]));
  };
  return {
    client,
    tags,
    async ownKeys() {
      const { Keys = [] } = await client.send(new ListKeysCommand({}));
      const tagged = await Promise.all(
        Keys.map(async ({ KeyId = '' }) => ({
          KeyId,
          own: (await tags(KeyId))[tagKeys.cluster] === cluster,
        })),
      );
      return tagged.flatMap(({ KeyId, own }) => (own ? [KeyId] : []));
    },
    async describe(KeyId) {
      const { KeyMetadata } = await client.send(new DescribeKeyCommand({ KeyId }));
      if (!KeyMetadata) throw new Error(`${KeyId} has no metadata`);
      return KeyMetadata;
    },
    async tag(KeyId, values) {
      const Tags = Object.entries(values).map(([TagKey, TagValue]) => ({ TagKey, TagValue }));
      await client.send(new TagResourceCommand({ KeyId, Tags }));
    },
    untag: async (KeyId, ...TagKeys) =>
      void (await client.send(new UntagResourceCommand({ KeyId, TagKeys }))),
    async aliases(KeyId) {
      const { Aliases = [] } = await client.send(new ListAliasesCommand({ KeyId }));
      return Aliases.flatMap(({ AliasName }) => AliasName ?? []).sort();
    },
    createAlias: async (AliasName, TargetKeyId) =>
      void (await client.send(new CreateAliasCommand({ AliasName, TargetKeyId }))),
    deleteAlias: async (AliasName) => void (await client.send(new DeleteAliasCommand({ AliasName }))),
    async policy(KeyId) {
      const { Policy = '{}' } = await client.send(new GetKeyPolicyCommand({ KeyId, PolicyName: 'default' }));
      return JSON.parse(Policy);
    },
    putPolicy: async (KeyId, policy) =>
      void (await client.send(
        new PutKeyPolicyCommand({ KeyId, PolicyName: 'default', Policy: JSON.stringify(policy) }),
      )),
    async rotation(KeyId) {
      const status = await client.send(new GetKeyRotationStatusCommand({ KeyId }));
      return { enabled: status.KeyRotationEnabled ?? false, days: status.RotationPeriodInDays };
    },
    enableRotation: async (KeyId, RotationPeriodInDays) =>
      void (await client.send(new EnableKeyRotationCommand({ KeyId, RotationPeriodInDays }))),
    disableRotation: async (KeyId) => void (await client.send(new DisableKeyRotationCommand({ KeyId }))),
    async onDemandRotations(KeyId) {
      const { Rotations = [] } = await client.send(new ListKeyRotationsCommand({ KeyId }));
      return Rotations.filter(({ RotationType }) => RotationType === 'ON_DEMAND').length;
    },
    disable: async (KeyId) => void (await client.send(new DisableKeyCommand({ KeyId }))),
    rename: async (KeyId, Description) =>
      void (await client.send(new UpdateKeyDescriptionCommand({ KeyId, Description }))),
    scheduleDeletion: async (KeyId, PendingWindowInDays = 7) =>
      void (await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }))),
    cancelDeletion: async (KeyId) => void (await client.send(new CancelKeyDeletionCommand({ KeyId }))),
    async create(input = {}) {
      const { KeyMetadata } = await client.send(new CreateKeyCommand(input));
      return KeyMetadata?.KeyId ?? '';
    },
    close: () => client.destroy(),
  };
}
