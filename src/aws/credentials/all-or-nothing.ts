/**
 * Actions that AWS judges by no resource, so that a policy allows them for `*` or not at all; of every other a policy
 * may allow some resources. What is not certain is not here.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const actions: ReadonlySet<string> = new Set([
  'autoscaling:DescribeAutoScalingGroups',
  'autoscaling:DescribeLaunchConfigurations',
  'ec2:DescribeAddresses',
  'ec2:DescribeAvailabilityZones',
  'ec2:DescribeImages',
  'ec2:DescribeInstances',
  'ec2:DescribeInstanceStatus',
  'ec2:DescribeLaunchTemplates',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSnapshots',
  'iam:GetAccountAuthorizationDetails',
  'iam:GetAccountSummary',
  'iam:ListRoles',
  'kms:CreateKey',
  'kms:ListAliases',
  'kms:ListKeys',
  'ssm:DescribeParameters',
  'tag:GetResources',
]);

export const isAllOrNothing = (action: string): boolean => actions.has(action);
