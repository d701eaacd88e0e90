/** Objects and roles for the tests of this folder: complete ones, of which a test says what matters. */

import type { Context } from '../../core/context.ts';
import { ownershipTags } from '../../core/identity.ts';
import type { Plan } from '../../core/plan.ts';
import type { PolicyDocument } from '../../core/policy/document.ts';
import type { Seen, SeenProfile, SeenRole } from './seen.ts';
import type { IAMRole } from './self.ts';
import { type IAMRoleStatus, iamRoleDefinition } from './spec.ts';

export const identity = { cluster: 'prod-eu', kind: 'IAMRole', namespace: 'shop', name: 'web' };
export const now = Date.UTC(2026, 0, 1, 12);

export const ctx: Context = {
  scope: { partition: 'aws', account: '111122223333', region: 'us-east-1' },
  now,
  creationToken: 't-new',
  defaultTags: {},
  references: new Map(),
  mayRecreate: false,
};

/** Whose: this object's unless said. */
export const owned = (uid = 'u-1', creation?: string) =>
  ownershipTags({ identity, uid, role: 'primary', creation });

export const tagsOfAnother = ownershipTags({
  identity: { ...identity, name: 'mail' },
  uid: 'u-9',
  role: 'primary',
});

export const ec2 = [{ service: ['ec2.amazonaws.com'] }];

/** What `ec2` means. */
export const ec2Trust: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** What IAM shows once the role that was trusted is deleted. */
export const deletedPrincipalTrust: PolicyDocument = {
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { AWS: 'AROAABCDEFGHIJKLMNOP' }, Action: 'sts:AssumeRole' },
};

export const allowing = (...actions: string[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: actions, Resource: '*' },
});

export const awsPolicy = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

/** An IAMRole whose manifest says `spec`, with the schema's defaults and a trust for EC2. */
export const object = (
  spec: object = {},
  more: Partial<Omit<IAMRole, 'spec'>> & { readonly status?: IAMRoleStatus } = {},
): IAMRole => ({
  identity,
  uid: 'u-1',
  generation: 1,
  labels: {},
  annotations: {},
  spec: iamRoleDefinition.spec.parse({ trust: ec2, ...spec }),
  status: {},
  deleting: false,
  ...more,
});

/** Status as it is once the role is known. */
export const known: IAMRoleStatus = { roleId: 'AROA1', roleName: 'web' };

/** As `object()` declares it. */
export const role = (more: Partial<SeenRole> = {}): SeenRole => ({
  name: 'web',
  roleId: 'AROA1',
  arn: 'arn:aws:iam::111122223333:role/web',
  path: '/',
  description: '',
  maxSessionDuration: 3_600,
  trust: { document: ec2Trust },
  permissionsBoundary: undefined,
  tags: owned(),
  attached: [],
  inline: {},
  lastUsed: undefined,
  ...more,
});

export const profile = (more: Partial<SeenProfile> = {}): SeenProfile => ({
  name: 'web',
  arn: 'arn:aws:iam::111122223333:instance-profile/web',
  roles: ['web'],
  tags: owned(),
  ...more,
});

export const seen = (more: Partial<Seen> = {}): Seen => ({
  role: role(),
  profiles: [],
  quotas: undefined,
  ...more,
});

export const callsOf = (plan: Plan<Seen>): string[] => plan.steps.map(({ call }) => call.replace('iam:', ''));
