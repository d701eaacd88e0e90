import type { ConditionDraft } from '../../core/conditions.ts';
import type { Context } from '../../core/context.ts';
import { mayManage, recordedId } from '../../core/ownership.ts';
import { managedKeys } from '../../core/tags.ts';
import { userTags } from './desired.ts';
import { handledToken, openAttempt } from './rotate-now.ts';
import type { Seen, SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';
import type { KMSKeyStatus } from './spec.ts';

export function statusOf(self: KMSKey, seen: Seen, ctx: Context): KMSKeyStatus {
  const { key } = seen;
  if (!key) return ofLost(self);
  // What was to be adopted and is somebody else's is none of this object's.
  if (seen.cameBy !== 'known id' && !mayManage(key.tags, self, seen.cameBy)) return ofLost(self);
  const { arn, state, deletionDate } = key;
  const keyId = recordedId(key.keyId, key.tags, self, self.status.keyId);
  const rotation = rotationOf(self, seen);
  const replicas = replicasOf(self, seen, ctx);
  return {
    ...(keyId === undefined ? {} : { keyId }),
    arn,
    keyState: state,
    ...(deletionDate === undefined ? {} : { deletionDate }),
    ...aliasesOf(key, self.spec.aliases, self.status.aliases),
    ...(rotation ? { rotation } : {}),
    ...(replicas.length === 0 ? {} : { replicas }),
    managedTags: managedKeys(userTags(self, ctx, undefined), self.status.managedTags, [key.tags]),
  };
}

/** A key that is gone stays known: nothing takes its place unasked. */
function ofLost({ status }: KMSKey): KMSKeyStatus {
  const { keyId, arn } = status;
  return {
    ...(keyId === undefined ? {} : { keyId }),
    ...(arn === undefined ? {} : { arn }),
  };
}

/** Of the names that the key has, those that this object gave it, now or before. */
function aliasesOf(key: SeenKey, declared: readonly string[] = [], known: readonly string[] = []) {
  const aliases = key.aliases.filter((alias) => declared.includes(alias) || known.includes(alias));
  return aliases.length === 0 ? {} : { aliases };
}

function rotationOf(self: KMSKey, { rotation }: Seen): KMSKeyStatus['rotation'] {
  const before = self.status.rotation;
  const lastToken = handledToken(self, rotation);
  const attempt = openAttempt(self, rotation);
  const onDemandCount = rotation?.onDemand?.length ?? before?.onDemandCount;
  const shown = {
    ...(rotation ? { enabled: rotation.enabled } : {}),
    ...(rotation?.enabled && rotation.period !== undefined ? { periodDays: rotation.period } : {}),
    ...(rotation?.enabled && rotation.next !== undefined ? { nextDate: rotation.next } : {}),
    ...(onDemandCount === undefined ? {} : { onDemandCount }),
    ...(lastToken === undefined ? {} : { lastToken }),
    ...(attempt === undefined ? {} : { attempt }),
  };
  return Object.keys(shown).length === 0 ? undefined : shown;
}

function replicasOf(self: KMSKey, { replicas }: Seen, ctx: Context): NonNullable<KMSKeyStatus['replicas']> {
  return Object.keys(replicas)
    .sort()
    .flatMap((region) => {
      const replica = replicas[region];
      if (!replica) return [];
      const declared = self.spec.replicas?.find((one) => one.region === region);
      const known = self.status.replicas?.find((one) => one.region === region);
      return [
        {
          region,
          arn: replica.arn,
          keyState: replica.state,
          ...aliasesOf(replica, declared?.aliases, known?.aliases),
          ...(declared
            ? { managedTags: managedKeys(userTags(self, ctx, region), known?.managedTags, [replica.tags]) }
            : {}),
        },
      ];
    });
}

/** What a person has to know of a key that is as declared. */
export function conditionsOf(self: KMSKey, { key, claims }: Seen): (ConditionDraft & { warns?: boolean })[] {
  const waiting = key?.state === 'PendingImport';
  return [
    ...(waiting ? [pendingImport(key)] : []),
    ...(key && claims.length > 0 && !self.deleting ? [spare(claims.map(({ keyId }) => keyId))] : []),
  ];
}

const pendingImport = ({ keyId }: SeenKey): ConditionDraft => ({
  type: 'PendingImport',
  status: 'True',
  reason: 'PendingImport',
  message: `${keyId} cannot be used until you have imported its key material`,
});

/** A lost reply may have hidden a key: nothing has been encrypted with it, but that is for a person to judge. */
const spare = (ids: readonly string[]): ConditionDraft & { warns: boolean } => ({
  type: 'SpareKey',
  status: 'True',
  reason: 'SpareKey',
  message: `${[...ids].sort().join(', ')} carry this object's identity too and are not used: schedule their deletion, or take the tags off`,
  warns: true,
});
