import {
  AllocateAddressCommand,
  AssociateAddressCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DescribeAddressesAttributeCommand,
  DescribeAddressesCommand,
  DescribeAvailabilityZonesCommand,
  DescribeInstanceStatusCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  DisassociateAddressCommand,
  ModifyAddressAttributeCommand,
  ReleaseAddressCommand,
  ResetAddressAttributeCommand,
} from '@aws-sdk/client-ec2';
import { createsUntracked, reads, writes } from './call.ts';
import { ec2Call as call } from './ec2-call.ts';

/**
 * Elastic IPs and what they are associated with.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export const ec2Calls = {
  'ec2:AllocateAddress': call(AllocateAddressCommand, { ...createsUntracked, implies: ['ec2:CreateTags'] }),
  'ec2:AssociateAddress': call(AssociateAddressCommand, writes),
  'ec2:CreateTags': call(CreateTagsCommand, writes),
  'ec2:DeleteTags': call(DeleteTagsCommand, writes),
  'ec2:DescribeAddresses': call(DescribeAddressesCommand, reads),
  'ec2:DescribeAddressesAttribute': call(DescribeAddressesAttributeCommand, reads),
  'ec2:DescribeAvailabilityZones': call(DescribeAvailabilityZonesCommand, reads),
  'ec2:DescribeInstances': call(DescribeInstancesCommand, reads),
  'ec2:DescribeInstanceStatus': call(DescribeInstanceStatusCommand, reads),
  'ec2:DescribeNetworkInterfaces': call(DescribeNetworkInterfacesCommand, reads),
  'ec2:DisassociateAddress': call(DisassociateAddressCommand, writes),
  'ec2:ModifyAddressAttribute': call(ModifyAddressAttributeCommand, writes),
  'ec2:ReleaseAddress': call(ReleaseAddressCommand, writes),
  'ec2:ResetAddressAttribute': call(ResetAddressAttributeCommand, writes),
};
