/**
 * Where the AWS CLI comes from, in this order:
 * 1. the executable that MOORING_AWS names;
 * 2. the cache, filled from aws-cli/requirements.txt. Not PATH: what its profiles and its version do is the person's own.
 */
import { join } from 'node:path';
import { givenExecutable } from './executable.ts';
import { pythonEnvironment } from './python.ts';
import { versions } from './versions.ts';

/** The words that start it. Its first use on a machine installs it, and says so. */
export async function awsCommand(): Promise<readonly string[]> {
  const given = givenExecutable('MOORING_AWS', 'an AWS CLI', 'it is then installed');
  if (given) return [given];
  const directory = await pythonEnvironment({
    name: 'aws-cli',
    version: versions.awsCli,
    requirements: join(import.meta.dirname, 'aws-cli', 'requirements.txt'),
    why: `It runs the AWS CLI ${versions.awsCli}, with which the tests type what the guides say.`,
    estimateSeconds: 20,
  });
  // The script `aws` names the interpreter by the path it had when it was installed, before it came into the cache.
  return [join(directory, 'python'), '-m', 'awscli'];
}
