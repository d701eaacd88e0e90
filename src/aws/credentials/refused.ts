import { AwsError } from '../../core/errors.ts';

/** What an AWSAccount asks for that cannot be: told as AWS's own refusals are, before AWS is asked. */
export const refused = (message: string): AwsError =>
  new AwsError({ class: 'Invalid', code: 'InvalidAccount', call: 'sts:AssumeRole', message, definite: true });
