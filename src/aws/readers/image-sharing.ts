import type { Scope } from '../../core/scope.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';

/** Who may launch an image. */
export interface LaunchPermissions {
  readonly accounts: readonly string[];
  readonly organizationArns: readonly string[];
  readonly ouArns: readonly string[];
  readonly public: boolean;
}

/** AWS answers for one image or snapshot at a time: asked only where somebody wants to know. */
export interface ImageSharingReaders {
  /** Rejects with NotFound for an image that is not there. */
  launchPermissions(imageId: string): Promise<LaunchPermissions>;
  /** The accounts that may make volumes of a snapshot. Rejects likewise. */
  snapshotAccounts(snapshotId: string): Promise<readonly string[]>;
}

export const createImageSharingReaders = (read: Read, scope: Scope): ImageSharingReaders => ({
  async launchPermissions(ImageId) {
    const input = { ImageId, Attribute: 'launchPermission' } as const;
    return toPermissions(await read(scope, 'ec2:DescribeImageAttribute', input));
  },
  async snapshotAccounts(SnapshotId) {
    const input = { SnapshotId, Attribute: 'createVolumePermission' } as const;
    const { CreateVolumePermissions = [] } = await read(scope, 'ec2:DescribeSnapshotAttribute', input);
    return CreateVolumePermissions.flatMap(({ UserId }) => text(UserId) ?? []);
  },
});

function toPermissions({
  LaunchPermissions = [],
}: OutputOf<'ec2:DescribeImageAttribute'>): LaunchPermissions {
  return {
    accounts: LaunchPermissions.flatMap(({ UserId }) => text(UserId) ?? []),
    organizationArns: LaunchPermissions.flatMap(({ OrganizationArn }) => text(OrganizationArn) ?? []),
    ouArns: LaunchPermissions.flatMap(({ OrganizationalUnitArn }) => text(OrganizationalUnitArn) ?? []),
    public: LaunchPermissions.some(({ Group }) => Group === 'all'),
  };
}
