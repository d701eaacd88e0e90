import {
  type $Command as AutoScalingCommand,
  type AutoScalingClientResolvedConfig as AutoScalingConfig,
  type ServiceInputTypes as AutoScalingInput,
  type ServiceOutputTypes as AutoScalingOutput,
  DescribeAutoScalingGroupsCommand,
  DescribeLaunchConfigurationsCommand,
} from '@aws-sdk/client-auto-scaling';
import { type Call, type CallFacts, guarded, reads } from './call.ts';

type CommandClass<Input extends AutoScalingInput, Output extends AutoScalingOutput> = new (
  input: Input,
) => AutoScalingCommand<Input, Output, AutoScalingConfig, AutoScalingInput, AutoScalingOutput>;

function call<Input extends AutoScalingInput, Output extends AutoScalingOutput>(
  Command: CommandClass<Input, Output>,
  facts: CallFacts,
): Call<Input, Output> {
  return {
    ...facts,
    send: (clients, input, beforeSend) => clients.autoScaling.send(guarded(new Command(input), beforeSend)),
  };
}

/**
 * What launches instances of an image, where EC2's own look-up of references does not search.
 * https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_Operations.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2autoscaling.html
 */
export const autoScalingCalls = {
  'autoscaling:DescribeAutoScalingGroups': call(DescribeAutoScalingGroupsCommand, reads),
  'autoscaling:DescribeLaunchConfigurations': call(DescribeLaunchConfigurationsCommand, reads),
};
