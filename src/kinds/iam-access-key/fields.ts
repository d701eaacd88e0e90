/** What an IAMAccessKey's spec is made of; spec.ts puts it together. */

import { z } from 'zod';
import { cel } from '../../core/crd/cel.ts';
import { duration, formatted } from '../../core/crd/shapes.ts';
import { durationPattern } from '../../core/duration.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-names */
export const userName = () =>
  formatted(
    /^[A-Za-z0-9+=,.@_-]{1,64}$/,
    'must be 1 to 64 letters, digits and + = , . @ _ -, as IAM names a user',
    64,
  );

const secretName = () =>
  formatted(
    /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    'must be the name of a Secret, such as app-credentials',
  );

/** https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data */
const dataKey = () =>
  formatted(/^[-._a-zA-Z0-9]+$/, 'must be letters, digits, - _ and ., as a Secret takes a key', 253);

export const defaultKeys = {
  accessKeyId: 'aws_access_key_id',
  secretAccessKey: 'aws_secret_access_key',
} as const;

const keys = cel(
  z.object({
    accessKeyId: dataKey().optional().describe('For the access key id. Default: `aws_access_key_id`.'),
    secretAccessKey: dataKey()
      .optional()
      .describe('For the secret access key. Default: `aws_secret_access_key`.'),
    credentialsFile: dataKey()
      .optional()
      .describe(
        'For both as a shared credentials file with the profile `default`, to be mounted where `AWS_SHARED_CREDENTIALS_FILE` points. Without it there is none.',
      ),
  }),
  {
    rule: `(has(self.accessKeyId) ? self.accessKeyId : '${defaultKeys.accessKeyId}') != (has(self.secretAccessKey) ? self.secretAccessKey : '${defaultKeys.secretAccessKey}') && (!has(self.credentialsFile) || (self.credentialsFile != (has(self.accessKeyId) ? self.accessKeyId : '${defaultKeys.accessKeyId}') && self.credentialsFile != (has(self.secretAccessKey) ? self.secretAccessKey : '${defaultKeys.secretAccessKey}')))`,
    message: 'each must be another key of the Secret',
  },
);

export const secret = z.object({
  name: secretName().optional().describe("The Secret's name. Default: the object's own."),
  keys: keys.optional().describe('The keys of its data.'),
});

const atLeast = (least: string) =>
  cel(duration(), {
    rule: `!self.matches(r'${durationPattern}') || duration(self) >= duration('${least}')`,
    message: `must be at least ${least}`,
  });

/** A day: consumers have to take up each new key, and between two rotations the old one has to be seen unused. */
export const rotateAfter = () => atLeast('24h');

/** AWS records uses at most every 15 minutes: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html */
export const overlap = () => atLeast('1h');
