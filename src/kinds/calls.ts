import type { CallName } from '../aws/index.ts';
import { elasticIPCalls } from './elastic-ip/calls.ts';
import { iamAccessKeyCalls } from './iam-access-key/calls.ts';
import { iamRoleCalls } from './iam-role/calls.ts';
import { imageCalls } from './image/calls.ts';
import { imageScheduleCalls } from './image-schedule/calls.ts';
import { kmsKeyCalls } from './kms-key/calls.ts';

/** Kind → every AWS call it may make. The suites fail when an operator calls what its kinds do not list. */
export const callsOfKinds: Readonly<Record<string, readonly CallName[]>> = {
  ElasticIP: elasticIPCalls,
  IAMRole: iamRoleCalls,
  KMSKey: kmsKeyCalls,
  Image: imageCalls,
  ImageSchedule: imageScheduleCalls,
  IAMAccessKey: iamAccessKeyCalls,
};

/** For an AWSAccount: its sessions, and what its identity may do. */
export const accountCalls = [
  'iam:GetRole',
  'iam:SimulatePrincipalPolicy',
  'sts:AssumeRole',
  'sts:AssumeRoleWithWebIdentity',
] as const satisfies readonly CallName[];

/** What the operator asks on behalf of every kind: whose credentials it has. */
export const operatorCalls = ['sts:GetCallerIdentity'] as const satisfies readonly CallName[];
