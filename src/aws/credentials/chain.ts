/**
 * Credentials of an account: those it begins with, and the chain of roles assumed with them.
 *
 * Guarantees: each session is cached by itself and renewed before it expires (session.ts), so STS is asked
 * about once an hour and role, and never for a single call; what a chain asks for that AWS would refuse only
 * for the identity it meets is refused by the field's name.
 */
import type { AccountAccess, AssumeRole, CredentialSource } from '../../core/account.ts';
import { AwsError } from '../../core/errors.ts';
import type { Clock } from '../../core/ports.ts';
import type { InputOf } from '../calls/index.ts';
import type { ReadAs } from '../execute.ts';
import type { Caller, SessionCredentials } from './caller.ts';
import { identityOf, isRoleSession } from './identity.ts';
import { refused } from './refused.ts';
import { createSession } from './session.ts';
import { readTokenFile } from './token-file.ts';

export interface ChainOptions {
  /** The SDK's own chain. */
  readonly ownCredentials: Caller['credentials'];
  readonly readAs: ReadAs;
  readonly clock: Clock;
  /** Of sessions that are given no name: what CloudTrail shows. */
  readonly sessionName: string;
  /** Where token files may be. */
  readonly tokenDirectory: string | undefined;
}

/** The longest session that one role's session may have of another: role chaining. */
const longestChained = 3_600;
/** AWS's own default, said so that nothing depends on it. */
const defaultDuration = 3_600;

export function createCaller(access: AccountAccess, options: ChainOptions): Caller {
  const { endpoints, limits, assumeRole } = access;
  const as = (credentials: Caller['credentials']): Caller => ({ credentials, endpoints, limits });
  let caller = as(startOf(access, options));
  for (const [index, role] of assumeRole.entries()) {
    const by = caller;
    const known = index > 0 || access.source.from === 'webIdentity';
    caller = as(
      createSession(options.clock, async () => {
        if (!known) await refuseTooLong(role, index, by, access, options);
        return await assume(role, by, access, options);
      }),
    );
  }
  return caller;
}

function startOf(access: AccountAccess, options: ChainOptions): Caller['credentials'] {
  const { source } = access;
  switch (source.from) {
    case 'default':
      return options.ownCredentials;
    case 'secret': {
      const { accessKeyId, secretAccessKey, sessionToken } = source;
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    }
    case 'webIdentity':
      return createSession(options.clock, () => assumeByToken(source, access, options));
  }
}

type WebIdentitySource = Extract<CredentialSource, { readonly from: 'webIdentity' }>;

async function assumeByToken(
  { roleArn, token }: WebIdentitySource,
  access: AccountAccess,
  { readAs, ownCredentials, sessionName, tokenDirectory }: ChainOptions,
): Promise<SessionCredentials> {
  const WebIdentityToken =
    'file' in token ? await readTokenFile(token.file, tokenDirectory) : await token.request();
  // Sent unsigned: the token is all that AWS asks for.
  const anyone: Caller = { credentials: ownCredentials, endpoints: access.endpoints, limits: access.limits };
  const { Credentials } = await readAs(anyone, stsOf(access), 'sts:AssumeRoleWithWebIdentity', {
    RoleArn: roleArn,
    RoleSessionName: sessionName,
    WebIdentityToken,
    DurationSeconds: defaultDuration,
  });
  return sessionOf(Credentials);
}

async function assume(
  role: AssumeRole,
  by: Caller,
  access: AccountAccess,
  { readAs, sessionName }: ChainOptions,
): Promise<SessionCredentials> {
  const { Credentials } = await readAs(by, stsOf(access), 'sts:AssumeRole', inputOf(role, sessionName));
  return sessionOf(Credentials);
}

function inputOf(role: AssumeRole, sessionName: string): InputOf<'sts:AssumeRole'> {
  const { roleArn, externalId, tags, transitiveTagKeys, policyArns, durationSeconds } = role;
  return {
    RoleArn: roleArn,
    RoleSessionName: role.sessionName ?? sessionName,
    DurationSeconds: durationSeconds ?? defaultDuration,
    ...(externalId === undefined ? {} : { ExternalId: externalId }),
    ...(policyArns === undefined ? {} : { PolicyArns: policyArns.map((arn) => ({ arn })) }),
    ...(tags === undefined ? {} : { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) }),
    ...(transitiveTagKeys === undefined ? {} : { TransitiveTagKeys: [...transitiveTagKeys] }),
  };
}

/**
 * Whose credentials these are only AWS can tell: a user's key lets a session last twelve hours, a role's
 * (IRSA, Pod Identity, an instance profile, SSO) one.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
async function refuseTooLong(
  { durationSeconds = defaultDuration }: AssumeRole,
  index: number,
  by: Caller,
  access: AccountAccess,
  { readAs }: ChainOptions,
): Promise<void> {
  if (durationSeconds <= longestChained) return;
  const caller = identityOf(await readAs(by, stsOf(access), 'sts:GetCallerIdentity', {}));
  if (!isRoleSession(caller)) return;
  throw refused(
    `assumeRole[${index}].durationSeconds: must be at most ${longestChained}, for the role is assumed by a role's session (${caller.arn.replace(/\/[^/]*$/, '')}); given is ${durationSeconds}`,
  );
}

/** Whose account it is is not known before somebody has been asked. */
const stsOf = ({ region }: AccountAccess) => ({ partition: 'aws', account: 'unknown', region });

function sessionOf(
  credentials:
    | {
        AccessKeyId: string | undefined;
        SecretAccessKey: string | undefined;
        SessionToken: string | undefined;
        Expiration: Date | undefined;
      }
    | undefined,
): SessionCredentials {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken || !Expiration) {
    throw new AwsError({
      class: 'Transient',
      code: 'UnexpectedReply',
      call: 'sts:AssumeRole',
      message: 'AWS answered without credentials',
      definite: true,
    });
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: Expiration,
  };
}
