import {
  CancelKeyDeletionCommand,
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  DisableKeyCommand,
  DisableKeyRotationCommand,
  EnableKeyCommand,
  EnableKeyRotationCommand,
  GetKeyPolicyCommand,
  GetKeyRotationStatusCommand,
  type $Command as KmsCommand,
  type KMSClientResolvedConfig as KmsConfig,
  type ServiceInputTypes as KmsInput,
  type ServiceOutputTypes as KmsOutput,
  ListAliasesCommand,
  ListKeyRotationsCommand,
  ListKeysCommand,
  ListResourceTagsCommand,
  PutKeyPolicyCommand,
  ReplicateKeyCommand,
  RotateKeyOnDemandCommand,
  ScheduleKeyDeletionCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAliasCommand,
  UpdateKeyDescriptionCommand,
} from '@aws-sdk/client-kms';
import { type Call, type CallFacts, createsUntracked, guarded, reads, writes } from './call.ts';

type CommandClass<Input extends KmsInput, Output extends KmsOutput> = new (
  input: Input,
) => KmsCommand<Input, Output, KmsConfig, KmsInput, KmsOutput>;

function call<Input extends KmsInput, Output extends KmsOutput>(
  Command: CommandClass<Input, Output>,
  facts: CallFacts,
): Call<Input, Output> {
  return {
    ...facts,
    send: (clients, input, beforeSend) => clients.kms.send(guarded(new Command(input), beforeSend)),
  };
}

/**
 * A name that is taken and a replica that exists are refused, and whose they are only a look can tell: a
 * repetition after a lost reply would be refused because of itself.
 */
const createsNamed = createsUntracked;

/**
 * Keys, their aliases, policies and rotation.
 * https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
 */
export const kmsCalls = {
  'kms:CancelKeyDeletion': call(CancelKeyDeletionCommand, writes),
  'kms:CreateAlias': call(CreateAliasCommand, createsNamed),
  /** The service-linked role keeps multi-Region keys alike: https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-auth-slr.html */
  'kms:CreateKey': call(CreateKeyCommand, {
    ...createsUntracked,
    implies: ['iam:CreateServiceLinkedRole', 'kms:TagResource'],
  }),
  'kms:DeleteAlias': call(DeleteAliasCommand, writes),
  'kms:DescribeKey': call(DescribeKeyCommand, reads),
  'kms:DisableKey': call(DisableKeyCommand, writes),
  'kms:DisableKeyRotation': call(DisableKeyRotationCommand, writes),
  'kms:EnableKey': call(EnableKeyCommand, writes),
  'kms:EnableKeyRotation': call(EnableKeyRotationCommand, writes),
  'kms:GetKeyPolicy': call(GetKeyPolicyCommand, reads),
  'kms:GetKeyRotationStatus': call(GetKeyRotationStatusCommand, reads),
  'kms:ListAliases': call(ListAliasesCommand, reads),
  'kms:ListKeyRotations': call(ListKeyRotationsCommand, reads),
  'kms:ListKeys': call(ListKeysCommand, reads),
  'kms:ListResourceTags': call(ListResourceTagsCommand, reads),
  'kms:PutKeyPolicy': call(PutKeyPolicyCommand, writes),
  'kms:ReplicateKey': call(ReplicateKeyCommand, {
    ...createsNamed,
    implies: ['kms:CreateKey', 'kms:TagResource'],
  }),
  'kms:RotateKeyOnDemand': call(RotateKeyOnDemandCommand, createsUntracked),
  'kms:ScheduleKeyDeletion': call(ScheduleKeyDeletionCommand, writes),
  'kms:TagResource': call(TagResourceCommand, writes),
  'kms:UntagResource': call(UntagResourceCommand, writes),
  'kms:UpdateAlias': call(UpdateAliasCommand, writes),
  'kms:UpdateKeyDescription': call(UpdateKeyDescriptionCommand, writes),
};
