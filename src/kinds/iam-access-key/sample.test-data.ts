import type { Context } from '../../core/context.ts';
import type { SecretSeen } from '../../core/secret-step.ts';
import type { Seen, SeenKey } from './seen.ts';
import type { IAMAccessKey } from './self.ts';
import { iamAccessKeyDefinition } from './spec.ts';

export const now = Date.UTC(2026, 5, 1, 12);
export const hour = 3_600_000;
const uid = 'u-app';
const identity = { cluster: 'prod-eu', kind: 'IAMAccessKey', namespace: 'shop', name: 'app' };

export const context: Context = {
  scope: { partition: 'aws', account: '111122223333', region: 'us-east-1' },
  now,
  creationToken: 't-1',
  defaultTags: {},
  references: new Map(),
  mayRecreate: false,
};

/** A manifest as its author writes it. */
export const selfOf = (spec: object = {}, more: Partial<IAMAccessKey> = {}): IAMAccessKey => ({
  identity,
  uid,
  generation: 1,
  labels: {},
  annotations: {},
  spec: iamAccessKeyDefinition.spec.parse({ userName: 'ci', ...spec }),
  status: {},
  deleting: false,
  ...more,
});

/** Made so many hours ago. */
export const key = (id: string, age = 1, more: Partial<SeenKey> = {}): SeenKey => ({
  id,
  createdAt: now - age * hour,
  active: true,
  ...more,
});

export const secret = (id: string, more: Partial<SecretSeen> = {}): SecretSeen => ({
  uid: 's-1',
  resourceVersion: '7',
  annotations: {
    'mooring.dev/cluster': 'prod-eu',
    'mooring.dev/id': 'IAMAccessKey/shop/app',
    'mooring.dev/uid': uid,
    'mooring.dev/access-key-id': id,
  },
  ownerReferences: [{ apiVersion: 'mooring.dev/v1alpha1', kind: 'IAMAccessKey', name: 'app', uid }],
  written: ['aws_access_key_id', 'aws_secret_access_key'],
  ...more,
});

/** Nothing of ours yet, and a user without keys. */
export const nothing: Seen = {
  keys: [],
  current: undefined,
  previous: undefined,
  attempt: undefined,
  rotatedToken: undefined,
  secret: undefined,
};

/** One key, delivered. */
export const delivered = (age = 1, more: Partial<Seen> = {}): Seen => ({
  ...nothing,
  keys: [key('AKIANOW', age)],
  current: 'AKIANOW',
  secret: secret('AKIANOW'),
  ...more,
});
