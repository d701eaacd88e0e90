import type { CallName } from '../../aws/index.ts';

/** What an AWSAccount may call: its sessions, and the question what its identity may do. */
export const awsAccountCalls = [
  'iam:GetRole',
  'iam:SimulatePrincipalPolicy',
  'sts:AssumeRole',
] as const satisfies readonly CallName[];
