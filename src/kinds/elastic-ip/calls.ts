import type { CallName } from '../../aws/index.ts';

/** Every call an ElasticIP may make: its IAM policy is rendered from this list. */
export const elasticIPCalls = [
  'ec2:AllocateAddress',
  'ec2:AssociateAddress',
  'ec2:CreateTags',
  'ec2:DeleteTags',
  'ec2:DescribeAddresses',
  'ec2:DescribeAddressesAttribute',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeInstanceStatus',
  'ec2:DescribeInstances',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DisassociateAddress',
  'ec2:ModifyAddressAttribute',
  'ec2:ReleaseAddress',
  'ec2:ResetAddressAttribute',
] as const satisfies readonly CallName[];
