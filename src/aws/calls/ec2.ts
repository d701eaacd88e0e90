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
  type $Command as Ec2Command,
  type EC2ClientResolvedConfig as Ec2Config,
  type ServiceInputTypes as Ec2Input,
  type ServiceOutputTypes as Ec2Output,
  ModifyAddressAttributeCommand,
  ReleaseAddressCommand,
  ResetAddressAttributeCommand,
} from '@aws-sdk/client-ec2';
import { type Call, type CallFacts, createsUntracked, guarded, reads, writes } from './call.ts';

type CommandClass<Input extends Ec2Input, Output extends Ec2Output> = new (
  input: Input,
) => Ec2Command<Input, Output, Ec2Config, Ec2Input, Ec2Output>;

function call<Input extends Ec2Input, Output extends Ec2Output>(
  Command: CommandClass<Input, Output>,
  facts: CallFacts,
): Call<Input, Output> {
  return {
    ...facts,
    send: (clients, input, beforeSend) => clients.ec2.send(guarded(new Command(input), beforeSend)),
  };
}

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
