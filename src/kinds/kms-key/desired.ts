import type { Context } from '../../core/context.ts';
import { ownershipTags, tagKeys } from '../../core/identity.ts';
import type { Tags } from '../../core/tags.ts';
import { type DesiredPolicy, desiredPolicy } from './policy.ts';
import type { Place, SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';

/** What the manifest asks of a key in one Region: a replica is declared like the key itself. */
export interface Desired {
  readonly place: Place;
  /** Undefined: left as it is. */
  readonly description: string | undefined;
  readonly tags: Tags;
  /** Keys that status says were set for this object. */
  readonly managedTags: readonly string[];
  readonly aliases: readonly string[];
  /** Names that status says this object gave. */
  readonly managedAliases: readonly string[];
  readonly takeOver: boolean;
  readonly enabled: boolean;
  readonly policy: DesiredPolicy;
  readonly deletionWindowDays: number;
}

export function desiredKey(self: KMSKey, ctx: Context, creation: string | undefined): Desired {
  const { spec, status, identity, uid } = self;
  return {
    place: undefined,
    description: spec.description,
    tags: {
      ...userTags(self, ctx, undefined),
      ...ownershipTags({ identity, uid, role: 'primary', creation }),
    },
    managedTags: status.managedTags ?? [],
    aliases: spec.aliases ?? [],
    managedAliases: status.aliases ?? [],
    takeOver: spec.takeOver,
    enabled: spec.enabled,
    policy: desiredPolicy(spec, 'spec', self, ctx),
    deletionWindowDays: spec.deletionWindowDays,
  };
}

/** A replica says only what is different in its Region. */
export function desiredReplicas(self: KMSKey, ctx: Context): Desired[] {
  const { spec, status, identity, uid } = self;
  return (spec.replicas ?? []).map((replica) => {
    const { region, description, aliases = [], enabled, deletionWindowDays } = replica;
    const known = status.replicas?.find((one) => one.region === region);
    const own = replica.policy !== undefined || replica.access !== undefined;
    return {
      place: region,
      description: description ?? spec.description,
      tags: {
        ...userTags(self, ctx, region),
        ...ownershipTags({ identity, uid, role: 'replica' }),
      },
      managedTags: known?.managedTags ?? [],
      aliases,
      managedAliases: known?.aliases ?? [],
      takeOver: spec.takeOver,
      enabled,
      policy: own
        ? desiredPolicy(replica, `spec.replicas[${region}]`, self, ctx)
        : desiredPolicy(spec, 'spec', self, ctx),
      deletionWindowDays,
    };
  });
}

/** The manifest's tags over the operator's defaults. */
export function userTags({ spec }: KMSKey, ctx: Context, place: Place): Tags {
  const own = spec.replicas?.find(({ region }) => region === place)?.tags;
  return { ...ctx.defaultTags, ...spec.tags, ...own };
}

/** A key keeps the token it was created under; one whose tag was lost gets the recorded token. */
export const creationOf = (self: KMSKey, { tags }: SeenKey): string | undefined =>
  tags[tagKeys.creation] ?? self.creation?.token;
