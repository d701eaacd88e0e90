import { breach, listed, type Ruled } from './breach.ts';

/** A field, and the Region that it puts something in. */
export interface Place {
  readonly field: string;
  readonly region: string;
}

/** `allowedRegions`: for whatever is in a Region, copies and replicas included. */
export function regionBreaches({ guardrails }: Ruled, places: readonly Place[]): string[] {
  const allowed = guardrails?.allowedRegions;
  if (!allowed) return [];
  return places
    .filter(({ region }) => !allowed.includes(region))
    .map(({ field, region }) =>
      breach('allowedRegions', field, `${region} is no Region for this account; allowed: ${listed(allowed)}`),
    );
}
