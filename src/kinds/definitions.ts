import type { ResourceDefinition } from '../core/crd/definition.ts';
import { awsAccountDefinition } from './aws-account/spec.ts';
import { elasticIPDefinition } from './elastic-ip/spec.ts';
import { iamAccessKeyDefinition } from './iam-access-key/spec.ts';
import { iamRoleDefinition } from './iam-role/spec.ts';
import { imageDefinition } from './image/spec.ts';
import { imageScheduleDefinition } from './image-schedule/spec.ts';
import { kmsKeyDefinition } from './kms-key/spec.ts';

/** Every kind's definition: what crds/ and docs/reference.md are rendered from. */
export const definitions: readonly ResourceDefinition<unknown, unknown>[] = [
  elasticIPDefinition,
  iamRoleDefinition,
  kmsKeyDefinition,
  imageDefinition,
  imageScheduleDefinition,
  iamAccessKeyDefinition,
  awsAccountDefinition,
];
