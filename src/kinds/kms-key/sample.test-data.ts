/** Objects and keys for the tests of this folder: complete ones, of which a test says what matters. */

import type { Context } from '../../core/context.ts';
import { ownershipTags } from '../../core/identity.ts';
import type { Plan } from '../../core/plan.ts';
import type { Seen, SeenKey } from './seen.ts';
import type { KMSKey } from './self.ts';
import { type KMSKeyStatus, kmsKeyDefinition } from './spec.ts';

export const identity = { cluster: 'prod-eu', kind: 'KMSKey', namespace: 'shop', name: 'app' };
export const now = Date.UTC(2026, 0, 1, 12);
export const home = 'eu-central-1';
export const abroad = 'eu-west-1';
export const keyId = '1234abcd-12ab-34cd-56ef-1234567890ab';
export const visibleAfter = 300_000;

export const ctx: Context = {
  scope: { partition: 'aws', account: '111122223333', region: home },
  now,
  creationToken: 't-new',
  defaultTags: {},
  references: new Map(),
  mayRecreate: false,
};

export const owned = (uid = 'u-1', role: 'primary' | 'replica' = 'primary') =>
  ownershipTags({ identity, uid, role });

export const tagsOfAnother = ownershipTags({
  identity: { ...identity, name: 'mail' },
  uid: 'u-9',
  role: 'primary',
});

/** A KMSKey whose manifest says `spec`, with the schema's defaults. */
export const object = (
  spec: object = {},
  more: Partial<Omit<KMSKey, 'spec'>> & { readonly status?: KMSKeyStatus } = {},
): KMSKey => ({
  identity,
  uid: 'u-1',
  generation: 1,
  labels: {},
  annotations: {},
  spec: kmsKeyDefinition.spec.parse(spec),
  status: { keyId },
  deleting: false,
  ...more,
});

export const key = (more: Partial<SeenKey> = {}): SeenKey => ({
  keyId,
  arn: `arn:aws:kms:${home}:111122223333:key/${keyId}`,
  description: '',
  state: 'Enabled',
  spec: 'SYMMETRIC_DEFAULT',
  usage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  manager: 'CUSTOMER',
  customKeyStoreId: undefined,
  xksKeyId: undefined,
  multiRegion: false,
  primaryRegion: undefined,
  replicaRegions: [],
  deletionDate: undefined,
  policy: JSON.stringify(defaultPolicy),
  tags: owned(),
  aliases: [],
  holders: {},
  ...more,
});

export const defaultPolicy = {
  Version: '2012-10-17',
  Id: 'key-default-1',
  Statement: [
    {
      Sid: 'Enable IAM User Permissions',
      Effect: 'Allow',
      Principal: { AWS: 'arn:aws:iam::111122223333:root' },
      Action: 'kms:*',
      Resource: '*',
    },
  ],
};

export const seen = (more: Partial<Seen> = {}): Seen => ({
  key: key(),
  cameBy: 'known id',
  claims: [],
  replicas: {},
  rotation: { enabled: false },
  ...more,
});

/** A plan's calls, with the Region where it is not the object's own. */
export const callsOf = ({ steps }: Plan<Seen>): string[] =>
  steps.map(({ call, region }) => (region === undefined ? call : `${call} in ${region}`));
