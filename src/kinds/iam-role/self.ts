import type { Self } from '../../core/kind.ts';
import type { IAMRoleSpec, IAMRoleStatus } from './spec.ts';

export type IAMRole = Self<IAMRoleSpec, IAMRoleStatus>;

/** The role's name in AWS: what status says once there is one, for a role cannot be renamed. */
export const roleNameOf = ({ spec, status, identity }: IAMRole): string =>
  status.roleName ?? wantedName({ spec, identity });

export const wantedName = ({ spec, identity }: Pick<IAMRole, 'spec' | 'identity'>): string =>
  spec.roleName ?? spec.adopt ?? identity.name;

/** The instance profile's name, where the manifest wants one. */
export function profileNameOf(self: IAMRole): string | undefined {
  const { instanceProfile } = self.spec;
  return instanceProfile?.enabled ? (instanceProfile.name ?? roleNameOf(self)) : undefined;
}

/** An adopted role is kept unless the manifest says otherwise: it had a life before it. */
export const deletionPolicyOf = ({ spec }: IAMRole): 'Delete' | 'Retain' =>
  spec.deletionPolicy ?? (spec.adopt === undefined ? 'Delete' : 'Retain');

/** IAM tells names apart without regard to case. */
export const sameName = (a: string | undefined, b: string | undefined): boolean =>
  a?.toLowerCase() === b?.toLowerCase();
