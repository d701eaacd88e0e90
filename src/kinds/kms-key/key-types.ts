/**
 * What kinds of keys there are, from the CreateKey page:
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html#KMS-CreateKey-request-KeyUsage
 */

export const keySpecs = [
  'SYMMETRIC_DEFAULT',
  ...(['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512'] as const),
  ...(['RSA_2048', 'RSA_3072', 'RSA_4096'] as const),
  ...(['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'] as const),
  ...(['ECC_NIST_EDWARDS25519', 'ECC_SECG_P256K1'] as const),
  ...(['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'] as const),
  ...(['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024'] as const),
  'SM2',
] as const;
export type KeySpec = (typeof keySpecs)[number];

export const keyUsages = [
  'ENCRYPT_DECRYPT',
  'SIGN_VERIFY',
  'GENERATE_VERIFY_MAC',
  'KEY_AGREEMENT',
  'ENCAPSULATE_DECAPSULATE',
] as const;
export type KeyUsage = (typeof keyUsages)[number];

const mac = ['GENERATE_VERIFY_MAC'] as const;
const rsa = ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'] as const;
const nistCurve = ['SIGN_VERIFY', 'KEY_AGREEMENT'] as const;
const signing = ['SIGN_VERIFY'] as const;
const encapsulation = ['ENCAPSULATE_DECAPSULATE'] as const;

/** What each spec can be used for; a key has exactly one usage, for good. */
export const usagesOf: Readonly<Record<KeySpec, readonly KeyUsage[]>> = {
  SYMMETRIC_DEFAULT: ['ENCRYPT_DECRYPT'],
  HMAC_224: mac,
  HMAC_256: mac,
  HMAC_384: mac,
  HMAC_512: mac,
  RSA_2048: rsa,
  RSA_3072: rsa,
  RSA_4096: rsa,
  ECC_NIST_P256: nistCurve,
  ECC_NIST_P384: nistCurve,
  ECC_NIST_P521: nistCurve,
  ECC_NIST_EDWARDS25519: signing,
  ECC_SECG_P256K1: signing,
  ML_DSA_44: signing,
  ML_DSA_65: signing,
  ML_DSA_87: signing,
  ML_KEM_512: encapsulation,
  ML_KEM_768: encapsulation,
  ML_KEM_1024: encapsulation,
  SM2: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY', 'KEY_AGREEMENT'],
};

/** The usage of a key whose manifest names none: the API server asks for one where there is a choice. */
export const usageOf = (spec: KeySpec, usage: KeyUsage | undefined): KeyUsage =>
  usage ?? usagesOf[spec][0] ?? 'ENCRYPT_DECRYPT';

/** `asymmetric`, `symmetric` or `hmac`: an alias moves only between keys of one of these. */
export function typeOf(spec: string): 'symmetric' | 'hmac' | 'asymmetric' {
  if (spec === 'SYMMETRIC_DEFAULT') return 'symmetric';
  return spec.startsWith('HMAC_') ? 'hmac' : 'asymmetric';
}

/** As CEL writes it: spec → usages. */
export const usagesInCel = `{${Object.entries(usagesOf)
  .map(([spec, usages]) => `'${spec}': [${usages.map((usage) => `'${usage}'`).join(', ')}]`)
  .join(', ')}}`;

/** As a person reads it: usages, and the specs that have exactly these. */
export const usagesInWords = [...Map.groupBy(keySpecs, (spec) => usagesOf[spec].join(' or ')).entries()]
  .map(([usages, specs]) => `${usages} for ${specs.join(', ')}`)
  .join('; ');
