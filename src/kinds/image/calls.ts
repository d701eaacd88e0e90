import type { CallName } from '../../aws/index.ts';

/** Every call an Image may make: its IAM policy is rendered from this list. */
export const imageCalls = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeLaunchConfigurations',
  'ec2:CopyImage',
  'ec2:CreateImage',
  'ec2:CreateTags',
  'ec2:DeleteSnapshot',
  'ec2:DeleteTags',
  'ec2:DeregisterImage',
  'ec2:DescribeImageAttribute',
  'ec2:DescribeImageReferences',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  'ec2:DescribeSnapshotAttribute',
  'ec2:DescribeSnapshots',
  'ec2:DisableImage',
  'ec2:DisableImageDeprecation',
  'ec2:DisableImageDeregistrationProtection',
  'ec2:EnableImage',
  'ec2:EnableImageDeprecation',
  'ec2:EnableImageDeregistrationProtection',
  'ec2:ModifyImageAttribute',
  'ec2:ModifySnapshotAttribute',
  'kms:DescribeKey',
] as const satisfies readonly CallName[];
