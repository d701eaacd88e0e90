import type { Clock } from '../../core/ports.ts';
import type { Scope } from '../../core/scope.ts';
import type { Read } from '../execute.ts';
import { type AccessKeyReaders, createAccessKeyReaders } from './access-keys.ts';
import { createRoleQuotasReader, type RoleQuotas } from './account-summary.ts';
import { type AddressInventory, type AddressReaders, createAddressReaders } from './addresses.ts';
import { type AutoScalingUse, createAutoScalingReader } from './auto-scaling.ts';
import { createHealthReader, type Health } from './health.ts';
import { createImageReferencesReader, type ImageReference } from './image-references.ts';
import { createImageSharingReaders, type ImageSharingReaders } from './image-sharing.ts';
import { createImageUsageReader, type ImageUsageReport } from './image-usage.ts';
import {
  createImageReaders,
  type ImageInventory,
  type ImageReaders,
  type ScheduledImageSearch,
} from './images.ts';
import { createInstanceProfileReaders, type InstanceProfileReaders } from './instance-profiles.ts';
import { createInstanceReaders, type InstanceReaders, type InstanceSearch } from './instances.ts';
import { createInterfaceReaders, type InterfaceReaders } from './interfaces.ts';
import { createKeyAliasReaders, type KeyAliasReaders } from './key-aliases.ts';
import { createKeyReaders, type KeyReaders } from './keys.ts';
import { allKeyIds, createOwnedKeyReaders, type OwnedKeyReaders } from './owned-keys.ts';
import { defaultWindow } from './reader.ts';
import { createReverseDnsReader, type ReverseDns } from './reverse-dns.ts';
import { createRoleNames } from './role-names.ts';
import { createRoleReaders, type RoleInventory, type RoleReaders } from './roles.ts';
import { createSnapshotReaders, type SnapshotReaders } from './snapshots.ts';
import { createBorderGroups } from './zones.ts';

/** All that is read in one account and region. Everyone who reads there shares one, so that batches fill. */
export interface Readers {
  readonly addresses: AddressReaders;
  readonly allAddresses: AddressInventory['all'];
  readonly reverseDns: (allocationId: string) => Promise<ReverseDns | undefined>;
  readonly instances: InstanceReaders;
  readonly instancesMatching: InstanceSearch['matching'];
  readonly borderGroups: () => Promise<ReadonlyMap<string, string>>;
  readonly health: (instanceId: string) => Promise<Health | undefined>;
  readonly interfaces: InterfaceReaders;
  readonly images: ImageReaders;
  readonly allImages: ImageInventory['all'];
  readonly scheduledImages: ScheduledImageSearch;
  readonly imageSharing: ImageSharingReaders;
  readonly imageUsage: (imageId: string) => Promise<ImageUsageReport | undefined>;
  readonly imageReferences: (imageId: string) => Promise<readonly ImageReference[] | undefined>;
  readonly autoScalingUses: (imageId: string) => Promise<readonly AutoScalingUse[]>;
  readonly snapshots: SnapshotReaders;
  readonly roles: RoleReaders;
  /** For one that is to be made: see role-names.ts. */
  readonly roleMayExist: (name: string) => Promise<boolean>;
  readonly allRoles: RoleInventory['all'];
  readonly instanceProfiles: InstanceProfileReaders;
  readonly accessKeys: AccessKeyReaders;
  readonly roleQuotas: () => Promise<RoleQuotas | undefined>;
  readonly keys: KeyReaders;
  /** Their ids, AWS's own included. */
  readonly allKeys: () => Promise<readonly string[]>;
  readonly keyAliases: KeyAliasReaders;
  readonly ownedKeys: OwnedKeyReaders;
}

export interface ReadersOptions {
  readonly read: Read;
  readonly clock: Clock;
  /** How long a batch waits for company, in milliseconds. */
  readonly window?: number;
}

export function createReaders(
  scope: Scope,
  { read, clock, window = defaultWindow }: ReadersOptions,
): Readers {
  const batching = { clock, window };
  const addresses = createAddressReaders(read, scope, batching);
  const images = createImageReaders(read, scope, batching);
  const roles = createRoleReaders(read, scope);
  const instances = createInstanceReaders(read, scope, batching);
  return {
    addresses,
    allAddresses: addresses.all,
    reverseDns: createReverseDnsReader(read, scope, batching),
    instances,
    instancesMatching: instances.matching,
    borderGroups: createBorderGroups(read, scope, clock),
    health: createHealthReader(read, scope, batching),
    interfaces: createInterfaceReaders(read, scope, batching),
    images,
    allImages: images.all,
    scheduledImages: images,
    imageSharing: createImageSharingReaders(read, scope),
    imageUsage: createImageUsageReader(read, scope, batching),
    imageReferences: createImageReferencesReader(read, scope, batching),
    autoScalingUses: createAutoScalingReader(read, scope, batching),
    snapshots: createSnapshotReaders(read, scope, batching),
    roles,
    roleMayExist: createRoleNames(read, scope, clock),
    allRoles: roles.all,
    instanceProfiles: createInstanceProfileReaders(read, scope),
    accessKeys: createAccessKeyReaders(read, scope),
    roleQuotas: createRoleQuotasReader(read, scope, clock),
    keys: createKeyReaders(read, scope),
    allKeys: () => allKeyIds(read, scope),
    keyAliases: createKeyAliasReaders(read, scope),
    ownedKeys: createOwnedKeyReaders(read, scope, batching),
  };
}
