import type { Aws } from '../aws/index.ts';
import type { AnyKind } from '../core/kind.ts';
import { type ElasticIPOptions, elasticIP } from './elastic-ip/index.ts';
import { type IAMAccessKeyOptions, iamAccessKey } from './iam-access-key/index.ts';
import { type IAMRoleOptions, iamRole } from './iam-role/index.ts';
import { type ImageOptions, image } from './image/index.ts';
import { type ImageScheduleOptions, imageSchedule } from './image-schedule/index.ts';
import { type KMSKeyOptions, kmsKey } from './kms-key/index.ts';

export type KindOptions = ElasticIPOptions &
  IAMAccessKeyOptions &
  IAMRoleOptions &
  ImageOptions &
  ImageScheduleOptions &
  KMSKeyOptions;

/** Every kind there is. */
export const createKinds = (aws: Aws, options: KindOptions): readonly AnyKind[] => [
  elasticIP(aws, options),
  iamRole(aws, options),
  kmsKey(aws, options),
  image(aws, options),
  imageSchedule(aws, options),
  iamAccessKey(aws, options),
];
