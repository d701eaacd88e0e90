import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  GetCallerIdentityCommand,
  type $Command as StsCommand,
  type STSClientResolvedConfig as StsConfig,
  type ServiceInputTypes as StsInput,
  type ServiceOutputTypes as StsOutput,
} from '@aws-sdk/client-sts';
import { type Call, type CallFacts, guarded, reads } from './call.ts';

type CommandClass<Input extends StsInput, Output extends StsOutput> = new (
  input: Input,
) => StsCommand<Input, Output, StsConfig, StsInput, StsOutput>;

function call<Input extends StsInput, Output extends StsOutput>(
  Command: CommandClass<Input, Output>,
  facts: CallFacts,
): Call<Input, Output> {
  return {
    ...facts,
    send: (clients, input, beforeSend) => clients.sts.send(guarded(new Command(input), beforeSend)),
  };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_Operations.html */
export const stsCalls = {
  /**
   * Each is another session; one that was lost expires unused. With session tags it takes another permission:
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
   */
  'sts:AssumeRole': call(AssumeRoleCommand, { ...reads, implies: ['sts:TagSession'] }),
  /** Unsigned: the role's trust policy decides over the token. */
  'sts:AssumeRoleWithWebIdentity': call(AssumeRoleWithWebIdentityCommand, { ...reads, open: true }),
  /** Nobody can be denied it: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html */
  'sts:GetCallerIdentity': call(GetCallerIdentityCommand, { ...reads, open: true }),
};
