/** Who may log in to the API server by a static token, and the key with which it signs service accounts' tokens. */
import { generateKeyPair, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface StaticUser {
  name: string;
  groups?: readonly string[];
}

export interface Credentials {
  /** kube-apiserver's --token-auth-file. */
  tokenFile: string;
  /** PEM, private: signs and verifies. */
  serviceAccountKeyFile: string;
  /** User name → bearer token. */
  tokens: ReadonlyMap<string, string>;
}

const generateKeyPairAsync = promisify(generateKeyPair);

export async function createCredentials(
  directory: string,
  users: readonly StaticUser[],
): Promise<Credentials> {
  const tokens = new Map(users.map(({ name }) => [name, randomBytes(24).toString('hex')]));
  const tokenFile = join(directory, 'tokens.csv');
  await writeFile(tokenFile, users.map((user) => tokenLine(user, tokens.get(user.name) ?? '')).join(''), {
    mode: 0o600,
  });
  const { privateKey } = await generateKeyPairAsync('rsa', { modulusLength: 2048 });
  const serviceAccountKeyFile = join(directory, 'service-account.key');
  await writeFile(serviceAccountKeyFile, privateKey.export({ type: 'pkcs8', format: 'pem' }), {
    mode: 0o600,
  });
  return { tokenFile, serviceAccountKeyFile, tokens };
}

/** https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file */
function tokenLine({ name, groups = [] }: StaticUser, token: string): string {
  return `${token},${name},${name},"${groups.join(',')}"\n`;
}
