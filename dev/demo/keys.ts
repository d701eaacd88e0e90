/** KMS, as a person with the AWS CLI has it. */
import {
  DescribeKeyCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  KMSClient,
  ListAliasesCommand,
  ListKeysCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import { connection } from './account.ts';

export interface Key {
  readonly keyId: string;
  /** `Enabled`, `PendingDeletion`, … */
  readonly state: string;
  readonly aliases: readonly string[];
  /** Days; undefined where AWS does not rotate it. */
  readonly rotation: number | undefined;
  /** The key policy, as text. */
  readonly policy: string;
}

export interface Keys extends Disposable {
  /** Those that are not AWS's own. */
  list(): Promise<Key[]>;
  scheduleDeletion(keyId: string, days: number): Promise<void>;
}

export function connectKeys(endpoint: string): Keys {
  const kms = new KMSClient(connection(endpoint));
  const read = async (KeyId: string): Promise<Key[]> => {
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    if (KeyMetadata?.KeyManager === 'AWS') return [];
    const state = KeyMetadata?.KeyState ?? 'unknown';
    const { Aliases = [] } = await kms.send(new ListAliasesCommand({ KeyId }));
    const { Policy = '' } = await kms.send(new GetKeyPolicyCommand({ KeyId }));
    const rotation = await kms.send(new GetKeyRotationStatusCommand({ KeyId }));
    return [
      {
        keyId: KeyId,
        state,
        aliases: Aliases.map(({ AliasName = '' }) => AliasName).sort(),
        rotation: rotation.KeyRotationEnabled ? rotation.RotationPeriodInDays : undefined,
        policy: Policy,
      },
    ];
  };
  return {
    async list() {
      const { Keys: found = [] } = await kms.send(new ListKeysCommand());
      return (await Promise.all(found.map(({ KeyId = '' }) => read(KeyId)))).flat();
    },
    async scheduleDeletion(KeyId, PendingWindowInDays) {
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays }));
    },
    [Symbol.dispose]: () => kms.destroy(),
  };
}
