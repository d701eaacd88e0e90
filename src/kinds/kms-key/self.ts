import type { Self } from '../../core/kind.ts';
import type { KMSKeySpec, KMSKeyStatus } from './spec.ts';

export type KMSKey = Self<KMSKeySpec, KMSKeyStatus>;

/** An adopted key had a life before its manifest: it is kept unless that says otherwise. */
export const deletionPolicyOf = ({ spec }: KMSKey): 'Delete' | 'Retain' =>
  spec.deletionPolicy ?? (spec.adopt === undefined ? 'Delete' : 'Retain');

/** Keys of the only type that AWS rotates by itself. */
export const rotates = ({ spec }: KMSKey): boolean =>
  spec.keySpec === 'SYMMETRIC_DEFAULT' && spec.origin === 'AWS_KMS';
