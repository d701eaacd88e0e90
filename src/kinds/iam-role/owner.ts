import { mayManage } from '../../core/ownership.ts';
import type { SeenRole } from './seen.ts';
import type { IAMRole } from './self.ts';

/**
 * Whether this object may write to the role of its name. A role under another id than the one status knows
 * was made anew by somebody: its tags decide, as for any role found by name.
 */
export function isRoleOurs(self: IAMRole, { roleId, tags }: SeenRole): boolean {
  const cameBy =
    roleId === self.status.roleId ? 'known id' : self.spec.adopt === undefined ? 'identity' : 'adopt';
  return mayManage(tags, self, cameBy);
}
