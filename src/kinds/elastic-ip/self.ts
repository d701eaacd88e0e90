import type { Self } from '../../core/kind.ts';
import type { SeenAddress } from './seen.ts';
import type { ElasticIPSpec, ElasticIPStatus } from './spec.ts';

export type ElasticIP = Self<ElasticIPSpec, ElasticIPStatus>;

/**
 * What deleting the object does. Bring-your-own addresses, recovered ones and adopted ones are kept
 * unless the manifest says otherwise: they had a life before it.
 */
export function deletionPolicyOf({ spec }: ElasticIP, address: SeenAddress): 'Delete' | 'Retain' {
  if (spec.deletionPolicy) return spec.deletionPolicy;
  const ownPool = address.publicIpv4Pool !== undefined && address.publicIpv4Pool !== 'amazon';
  return spec.adopt !== undefined || spec.address !== undefined || ownPool ? 'Retain' : 'Delete';
}

/** Whether status remembers this association as one that the manifest asked for. */
export const madeByUs = (
  { status: { association } }: ElasticIP,
  { associationId }: { readonly associationId: string },
): boolean => association?.associationId === associationId && association.foreign !== true;
