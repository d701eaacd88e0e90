import type { CallName } from '../../aws/index.ts';

/** Every call an ImageSchedule may make by itself; its images make their own. Its IAM policy is rendered from this list. */
export const imageScheduleCalls = [
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeLaunchConfigurations',
  'ec2:CreateImageUsageReport',
  'ec2:DescribeImageAttribute',
  'ec2:DescribeImageReferences',
  'ec2:DescribeImageUsageReportEntries',
  'ec2:DescribeImageUsageReports',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
] as const satisfies readonly CallName[];
