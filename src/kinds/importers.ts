import type { Aws } from '../aws/index.ts';
import type { Importer } from '../core/import.ts';
import { elasticIPImporter } from './elastic-ip/import.ts';
import { iamRoleImporter } from './iam-role/import.ts';
import { imageImporter } from './image/import.ts';
import { kmsKeyImporter } from './kms-key/import.ts';

/**
 * The kinds of which there may be resources that others made. An ImageSchedule and an AWSAccount have nothing in
 * AWS, and an access key's other half, which an IAMAccessKey delivers, nobody can read there.
 */
export const createImporters = (aws: Pick<Aws, 'in'>): readonly Importer[] => [
  elasticIPImporter(aws),
  iamRoleImporter(aws),
  kmsKeyImporter(aws),
  imageImporter(aws),
];
