import { readFile, realpath } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { refused } from './refused.ts';

/**
 * The token that another program keeps fresh in a file. Guarantees: nothing is read that does not lie, links
 * followed, below the one directory the operator was started with; so whoever writes an AWSAccount cannot have
 * the operator send another file of its pod to AWS.
 */
export async function readTokenFile(file: string, directory: string | undefined): Promise<string> {
  const field = 'credentials.webIdentity.tokenFile';
  if (directory === undefined) throw refused(`${field}: the operator was not started with --token-directory`);
  const [real, root] = await Promise.all([realpath(resolve(file)), realpath(resolve(directory))]).catch(
    () => {
      throw refused(`${field}: ${file} does not exist, or --token-directory ${directory} does not`);
    },
  );
  const inside = relative(root, real);
  if (inside === '' || inside === '..' || inside.startsWith(`..${sep}`)) {
    throw refused(`${field}: must be below --token-directory ${directory}`);
  }
  return (await readFile(real, 'utf8')).trim();
}
