import {
  CopyImageCommand,
  CreateImageCommand,
  DeleteSnapshotCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImageReferencesCommand,
  DescribeImagesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  DisableImageCommand,
  DisableImageDeprecationCommand,
  DisableImageDeregistrationProtectionCommand,
  EnableImageCommand,
  EnableImageDeprecationCommand,
  EnableImageDeregistrationProtectionCommand,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
} from '@aws-sdk/client-ec2';
import { createsUntracked, reads, writes } from './call.ts';
import { ec2Call as call } from './ec2-call.ts';

/** What re-encrypting a snapshot asks of the caller: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html */
const encrypts = [
  'kms:CreateGrant',
  'kms:Decrypt',
  'kms:DescribeKey',
  'kms:GenerateDataKeyWithoutPlaintext',
  'kms:ReEncryptFrom',
  'kms:ReEncryptTo',
];

/** What AWS asks for in turn: https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ImageReferencesAccessPolicy.html */
const searches = [
  'ec2:DescribeInstances',
  'ec2:DescribeLaunchTemplateVersions',
  'ec2:DescribeLaunchTemplates',
  'imagebuilder:GetContainerRecipe',
  'imagebuilder:GetImageRecipe',
  'imagebuilder:ListContainerRecipes',
  'imagebuilder:ListImageRecipes',
  'ssm:DescribeParameters',
  'ssm:GetParameters',
];

/**
 * Machine images and their snapshots.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Operations.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
 */
export const ec2ImageCalls = {
  /** Always with a client token, so a repetition is the same copy. */
  'ec2:CopyImage': call(CopyImageCommand, { ...writes, implies: ['ec2:CreateTags', ...encrypts] }),
  'ec2:CreateImage': call(CreateImageCommand, { ...createsUntracked, implies: ['ec2:CreateTags'] }),
  'ec2:DeleteSnapshot': call(DeleteSnapshotCommand, writes),
  'ec2:DeregisterImage': call(DeregisterImageCommand, { ...writes, implies: ['ec2:DeleteSnapshot'] }),
  'ec2:DescribeImageAttribute': call(DescribeImageAttributeCommand, reads),
  'ec2:DescribeImageReferences': call(DescribeImageReferencesCommand, { ...reads, implies: searches }),
  'ec2:DescribeImages': call(DescribeImagesCommand, reads),
  'ec2:DescribeSnapshotAttribute': call(DescribeSnapshotAttributeCommand, reads),
  'ec2:DescribeSnapshots': call(DescribeSnapshotsCommand, reads),
  'ec2:DisableImage': call(DisableImageCommand, writes),
  'ec2:DisableImageDeprecation': call(DisableImageDeprecationCommand, writes),
  'ec2:DisableImageDeregistrationProtection': call(DisableImageDeregistrationProtectionCommand, writes),
  'ec2:EnableImage': call(EnableImageCommand, writes),
  'ec2:EnableImageDeprecation': call(EnableImageDeprecationCommand, writes),
  'ec2:EnableImageDeregistrationProtection': call(EnableImageDeregistrationProtectionCommand, writes),
  'ec2:ModifyImageAttribute': call(ModifyImageAttributeCommand, writes),
  'ec2:ModifySnapshotAttribute': call(ModifySnapshotAttributeCommand, writes),
};
