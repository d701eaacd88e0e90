import type { Quota, Quotas } from './control-types.ts';

const READ: Quota = { burst: 100, perSecond: 20 };
const UNFILTERED: Quota = { burst: 50, perSecond: 10 };
const WRITE: Quota = { burst: 50, perSecond: 5 };
const LARGE_WRITE: Quota = { burst: 100, perSecond: 5 };
const perSecond = (rate: number): Quota => ({ burst: rate, perSecond: rate });

/**
 * AWS's default request quotas.
 * EC2: "Request throttling for the Amazon EC2 API" (docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
 * KMS: "Request quotas" (docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html).
 * Tagging: "Resource Groups Tagging API endpoints and quotas" (docs.aws.amazon.com/general/latest/gr/arg.html).
 * IAM and STS publish none: theirs are a cautious stand-in.
 */
export const PUBLISHED_QUOTAS: Quotas = {
  'ec2:*': WRITE,
  'ec2:Describe*': READ,
  'ec2:Get*': READ,
  'ec2:DescribeInstances unfiltered': UNFILTERED,
  'ec2:DescribeInstanceStatus unfiltered': UNFILTERED,
  'ec2:DescribeNetworkInterfaces unfiltered': UNFILTERED,
  'ec2:DescribeSnapshots unfiltered': UNFILTERED,
  'ec2:CopyImage': { burst: 100, perSecond: 1 },
  'ec2:CreateSnapshot': LARGE_WRITE,
  'ec2:CreateTags': { burst: 100, perSecond: 10 },
  'ec2:DeleteSnapshot': LARGE_WRITE,
  'ec2:DeleteTags': { burst: 100, perSecond: 10 },
  'ec2:DeregisterImage': LARGE_WRITE,
  'ec2:ModifyImageAttribute': LARGE_WRITE,
  'ec2:ModifySnapshotAttribute': LARGE_WRITE,
  'ec2:RunInstances': { burst: 5, perSecond: 2 },
  'ec2:StartInstances': { burst: 5, perSecond: 2 },
  'ec2:TerminateInstances': LARGE_WRITE,
  'iam:*': { burst: 30, perSecond: 15 },
  'sts:*': perSecond(100),
  'kms:*': perSecond(5),
  'kms:DeleteAlias': perSecond(15),
  'kms:DescribeKey': perSecond(2000),
  'kms:EnableKeyRotation': perSecond(15),
  'kms:GetKeyPolicy': perSecond(1000),
  'kms:GetKeyRotationStatus': perSecond(1000),
  'kms:ListAliases': perSecond(500),
  'kms:ListKeyPolicies': perSecond(100),
  'kms:ListKeyRotations': perSecond(100),
  'kms:ListKeys': perSecond(500),
  'kms:ListResourceTags': perSecond(2000),
  'kms:PutKeyPolicy': perSecond(15),
  'kms:ScheduleKeyDeletion': perSecond(15),
  'kms:TagResource': perSecond(10),
  'tagging:GetResources': perSecond(15),
};
