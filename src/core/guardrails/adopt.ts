import type { Self } from '../kind.ts';
import { claimOn } from '../ownership.ts';
import type { Tags } from '../tags.ts';
import { breach, type Ruled } from './breach.ts';

/** Off once there are guardrails at all, and where the account is not for all namespaces. */
const mayTakeOver = ({ guardrails, restricted }: Ruled): boolean => guardrails?.allowAdopt ?? !restricted;

type Adopting = Pick<Self<{ readonly adopt?: string | undefined }, unknown>, 'identity' | 'uid' | 'spec'>;

/**
 * `allowAdopt`, of an object that names what exists already, to take it over or to observe it; `tags` are
 * that resource's, if it exists. What carries this object's identity was taken over while it was allowed,
 * and is found with or without `adopt`.
 */
export function adoptBreach(self: Adopting, tags: Tags | undefined, ctx: Ruled): string | undefined {
  const { adopt } = self.spec;
  if (adopt === undefined || mayTakeOver(ctx)) return undefined;
  if (tags && ['ours', 'previous'].includes(claimOn(tags, self))) return undefined;
  return breach(
    'allowAdopt',
    'spec.adopt',
    `${adopt}: with this account what exists already may be neither taken over nor observed: delete this object`,
  );
}

/** The same of another field by which something is taken from somebody else. */
export const takeOverBreaches = (ctx: Ruled, field: string, wanted: boolean | undefined): string[] =>
  wanted === true && !mayTakeOver(ctx)
    ? [
        breach(
          'allowAdopt',
          field,
          'is true, and with this account nothing may be taken over; allowed: false',
        ),
      ]
    : [];

/**
 * Whether deleting the object must leave a resource alone: it was named by `adopt` and never became this
 * object's, so that a manifest that is refused cannot delete what it was refused.
 */
export const wasNeverTaken = (self: Adopting, tags: Tags, ctx: Ruled): boolean =>
  self.spec.adopt !== undefined && !mayTakeOver(ctx) && claimOn(tags, self) === 'unclaimed';
