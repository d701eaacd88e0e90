import type { CallName } from '../../aws/index.ts';

/** Every call an IAMAccessKey may make: its IAM policy is rendered from this list. */
export const iamAccessKeyCalls = [
  'iam:CreateAccessKey',
  'iam:DeleteAccessKey',
  'iam:GetAccessKeyLastUsed',
  'iam:ListAccessKeys',
  'iam:UpdateAccessKey',
] as const satisfies readonly CallName[];
