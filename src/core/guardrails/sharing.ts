/** Who images may be shared with and where they may be copied to: rules of every kind that makes images. */

import type { Context } from '../context.ts';
import { breach, listed } from './breach.ts';

/** Who an image, or its snapshots, would be shared with. */
export interface Audience {
  readonly public?: boolean | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly organizationArns?: readonly string[] | undefined;
  readonly ouArns?: readonly string[] | undefined;
}

type Ruled = Pick<Context, 'scope' | 'guardrails' | 'restricted'>;

/** Whether it matters who an image is shared with, so that it has to be looked at. */
export const judgesSharing = ({ guardrails, restricted }: Omit<Ruled, 'scope'>): boolean =>
  guardrails?.image?.allowPublic !== undefined ||
  guardrails?.image?.allowedShareAccounts !== undefined ||
  restricted === true;

/** `allowPublic` and `allowedShareAccounts`. */
export function shareBreaches(ctx: Ruled, field: string, audience: Audience): string[] {
  const { allowPublic, allowedShareAccounts } = ctx.guardrails?.image ?? {};
  const confined = allowedShareAccounts !== undefined || ctx.restricted === true;
  return [
    ...(audience.public && !(allowPublic ?? !confined)
      ? [breach('image.allowPublic', field, 'everybody, and no image of this account may be public')]
      : []),
    ...(confined ? accountBreaches(ctx.scope.account, allowedShareAccounts ?? [], field, audience) : []),
  ];
}

/** Accounts come into an organization, and leave it, without asking: so no organization is allowed. */
function accountBreaches(
  own: string,
  allowed: readonly string[],
  field: string,
  { accounts = [], organizationArns = [], ouArns = [] }: Audience,
): string[] {
  const others = [
    ...accounts.filter((account) => account !== own && !allowed.includes(account)),
    ...organizationArns,
    ...ouArns,
  ];
  if (others.length === 0) return [];
  const words = `${listed(others)} may not have images of this account; allowed: ${listed(allowed)}`;
  return [breach('image.allowedShareAccounts', field, words)];
}

/** `allowedCopyRegions`. */
export function copyBreaches({ guardrails }: Ruled, field: string, regions: readonly string[]): string[] {
  const allowed = guardrails?.image?.allowedCopyRegions;
  if (!allowed) return [];
  return regions
    .filter((region) => !allowed.includes(region))
    .map((region) =>
      breach(
        'image.allowedCopyRegions',
        field,
        `${region} is no Region to copy images to; allowed: ${listed(allowed)}`,
      ),
    );
}
