import type { CallName } from '../aws/index.ts';
import { awsAccountCalls } from './aws-account/calls.ts';
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
  AWSAccount: awsAccountCalls,
  IAMAccessKey: iamAccessKeyCalls,
};

/** What the operator asks on behalf of every kind, and needs no permission for: who it is, and by a token to be somebody. */
export const operatorCalls = [
  'sts:AssumeRoleWithWebIdentity',
  'sts:GetCallerIdentity',
] as const satisfies readonly CallName[];
