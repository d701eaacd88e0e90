import type { CelRule } from '../../core/crd/definition.ts';
import { usagesInCel, usagesInWords } from './key-types.ts';

const usages = `${usagesInCel}[self.keySpec]`;
const symmetric = "self.keySpec == 'SYMMETRIC_DEFAULT'";
const inStore = "self.origin in ['AWS_CLOUDHSM', 'EXTERNAL_KEY_STORE']";

/** Which fields go together: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html */
export const keyRules: readonly CelRule[] = [
  {
    rule: `has(self.keyUsage) ? self.keyUsage in ${usages} : ${usages}.size() == 1`,
    message: `keyUsage must be one that keySpec allows, and given where there is more than one: ${usagesInWords}`,
    fieldPath: '.keyUsage',
  },
  {
    rule: `!has(self.rotation) || !self.rotation.enabled || (${symmetric} && self.origin == 'AWS_KMS')`,
    message: 'rotation is only for keySpec SYMMETRIC_DEFAULT and origin AWS_KMS',
    fieldPath: '.rotation',
    reason: 'FieldValueForbidden',
  },
  {
    rule: `!has(self.rotateNow) || (${symmetric} && self.origin in ['AWS_KMS', 'EXTERNAL'])`,
    message: 'rotateNow is only for keySpec SYMMETRIC_DEFAULT and origin AWS_KMS or EXTERNAL',
    fieldPath: '.rotateNow',
    reason: 'FieldValueForbidden',
  },
  {
    rule: `has(self.customKeyStoreId) == (${inStore})`,
    message:
      'customKeyStoreId is required for the origins AWS_CLOUDHSM and EXTERNAL_KEY_STORE, and only for them',
    fieldPath: '.customKeyStoreId',
  },
  {
    rule: "has(self.xksKeyId) == (self.origin == 'EXTERNAL_KEY_STORE')",
    message: 'xksKeyId is required for the origin EXTERNAL_KEY_STORE, and only for it',
    fieldPath: '.xksKeyId',
  },
  {
    rule: `!(${inStore}) || (${symmetric} && !self.multiRegion)`,
    message: 'a custom key store holds only SYMMETRIC_DEFAULT keys of a single Region',
    fieldPath: '.origin',
  },
  {
    rule: `!has(self.access) || !has(self.access.grantees) || ${symmetric}`,
    message: 'access.grantees is only for keySpec SYMMETRIC_DEFAULT: AWS services use no other keys',
    fieldPath: '.access.grantees',
    reason: 'FieldValueForbidden',
  },
  {
    rule: '!has(self.replicas) || self.replicas.size() == 0 || self.multiRegion',
    message: 'replicas need multiRegion: true',
    fieldPath: '.replicas',
  },
  {
    rule: '!has(self.replicas) || !has(self.region) || self.replicas.all(replica, replica.region != self.region)',
    message: "replicas must be in other Regions than the key's own",
    fieldPath: '.replicas',
  },
  {
    rule: `!has(self.replicas) || ${symmetric} || self.replicas.all(replica, !has(replica.access) || !has(replica.access.grantees))`,
    message: 'access.grantees is only for keySpec SYMMETRIC_DEFAULT: AWS services use no other keys',
    fieldPath: '.replicas',
    reason: 'FieldValueForbidden',
  },
];
