import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  DeleteAccessKeyCommand,
  DeleteInstanceProfileCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetAccessKeyLastUsedCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetInstanceProfileCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  type $Command as IamCommand,
  type IAMClientResolvedConfig as IamConfig,
  type ServiceInputTypes as IamInput,
  type ServiceOutputTypes as IamOutput,
  ListAccessKeysCommand,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  RemoveRoleFromInstanceProfileCommand,
  SimulatePrincipalPolicyCommand,
  TagInstanceProfileCommand,
  TagRoleCommand,
  UntagInstanceProfileCommand,
  UntagRoleCommand,
  UpdateAccessKeyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { type Call, type CallFacts, createsUntracked, guarded, reads, writes } from './call.ts';

type CommandClass<Input extends IamInput, Output extends IamOutput> = new (
  input: Input,
) => IamCommand<Input, Output, IamConfig, IamInput, IamOutput>;

function call<Input extends IamInput, Output extends IamOutput>(
  Command: CommandClass<Input, Output>,
  facts: CallFacts,
): Call<Input, Output> {
  return {
    ...facts,
    send: (clients, input, beforeSend) => clients.iam.send(guarded(new Command(input), beforeSend)),
  };
}

/**
 * What has a unique name, or a place for one only, is refused the second time because of the first: after a
 * lost reply a look tells whose it is.
 */
const createsNamed = createsUntracked;

/**
 * Roles, their policies and instance profiles; access keys of users.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
export const iamCalls = {
  /** The role is handed to EC2. */
  'iam:AddRoleToInstanceProfile': call(AddRoleToInstanceProfileCommand, {
    ...createsNamed,
    implies: ['iam:PassRole'],
  }),
  'iam:AttachRolePolicy': call(AttachRolePolicyCommand, writes),
  'iam:CreateAccessKey': call(CreateAccessKeyCommand, createsUntracked),
  'iam:CreateInstanceProfile': call(CreateInstanceProfileCommand, {
    ...createsNamed,
    implies: ['iam:TagInstanceProfile'],
  }),
  'iam:CreateRole': call(CreateRoleCommand, { ...createsNamed, implies: ['iam:TagRole'] }),
  'iam:DeleteAccessKey': call(DeleteAccessKeyCommand, writes),
  'iam:DeleteInstanceProfile': call(DeleteInstanceProfileCommand, writes),
  'iam:DeleteRole': call(DeleteRoleCommand, writes),
  'iam:DeleteRolePermissionsBoundary': call(DeleteRolePermissionsBoundaryCommand, writes),
  'iam:DeleteRolePolicy': call(DeleteRolePolicyCommand, writes),
  'iam:DetachRolePolicy': call(DetachRolePolicyCommand, writes),
  'iam:GetAccessKeyLastUsed': call(GetAccessKeyLastUsedCommand, reads),
  'iam:GetAccountAuthorizationDetails': call(GetAccountAuthorizationDetailsCommand, reads),
  'iam:GetAccountSummary': call(GetAccountSummaryCommand, reads),
  'iam:GetInstanceProfile': call(GetInstanceProfileCommand, reads),
  'iam:GetRole': call(GetRoleCommand, reads),
  'iam:GetRolePolicy': call(GetRolePolicyCommand, reads),
  'iam:ListAccessKeys': call(ListAccessKeysCommand, reads),
  'iam:ListAttachedRolePolicies': call(ListAttachedRolePoliciesCommand, reads),
  'iam:ListInstanceProfilesForRole': call(ListInstanceProfilesForRoleCommand, reads),
  'iam:ListRolePolicies': call(ListRolePoliciesCommand, reads),
  'iam:ListRoles': call(ListRolesCommand, reads),
  'iam:PutRolePermissionsBoundary': call(PutRolePermissionsBoundaryCommand, writes),
  'iam:PutRolePolicy': call(PutRolePolicyCommand, writes),
  'iam:RemoveRoleFromInstanceProfile': call(RemoveRoleFromInstanceProfileCommand, writes),
  /** Reads policies, and does nothing. */
  'iam:SimulatePrincipalPolicy': call(SimulatePrincipalPolicyCommand, reads),
  'iam:TagInstanceProfile': call(TagInstanceProfileCommand, writes),
  'iam:TagRole': call(TagRoleCommand, writes),
  'iam:UntagInstanceProfile': call(UntagInstanceProfileCommand, writes),
  'iam:UntagRole': call(UntagRoleCommand, writes),
  'iam:UpdateAccessKey': call(UpdateAccessKeyCommand, writes),
  'iam:UpdateAssumeRolePolicy': call(UpdateAssumeRolePolicyCommand, writes),
  'iam:UpdateRole': call(UpdateRoleCommand, writes),
};
