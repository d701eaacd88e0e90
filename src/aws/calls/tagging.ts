import {
  GetResourcesCommand,
  type $Command as TaggingCommand,
  type ResourceGroupsTaggingAPIClientResolvedConfig as TaggingConfig,
  type ServiceInputTypes as TaggingInput,
  type ServiceOutputTypes as TaggingOutput,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { type Call, type CallFacts, guarded, reads } from './call.ts';

type CommandClass<Input extends TaggingInput, Output extends TaggingOutput> = new (
  input: Input,
) => TaggingCommand<Input, Output, TaggingConfig, TaggingInput, TaggingOutput>;

function call<Input extends TaggingInput, Output extends TaggingOutput>(
  Command: CommandClass<Input, Output>,
  facts: CallFacts,
): Call<Input, Output> {
  return {
    ...facts,
    send: (clients, input, beforeSend) => clients.tagging.send(guarded(new Command(input), beforeSend)),
  };
}

/** https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_Operations.html */
export const taggingCalls = {
  'tag:GetResources': call(GetResourcesCommand, reads),
};
