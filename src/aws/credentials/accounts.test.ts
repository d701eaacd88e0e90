import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import type { AccountAccess } from '../../core/account.ts';
import { AwsError } from '../../core/errors.ts';
import type { CallName } from '../calls/index.ts';
import type { ReadAs } from '../execute.ts';
import { createAccounts } from './accounts.ts';
import type { Caller } from './caller.ts';
import type { ChainOptions } from './chain.ts';

const own: Caller = { credentials: { accessKeyId: 'own', secretAccessKey: 'own' } };

/** STS as far as it is asked: keys are of users, named `<account>-…`; sessions are of the role that was assumed. */
function sts() {
  const clock = new VirtualClock();
  const calls: { readonly call: CallName; readonly key: string; readonly input: object }[] = [];
  const failing = new Map<string, AwsError>();
  const keyOf = async ({ credentials }: Caller): Promise<string> =>
    (typeof credentials === 'function' ? await credentials() : credentials).accessKeyId;
  const answers = (call: CallName, key: string, input: object): unknown => {
    const [account = '', who = ''] = key.split('-');
    if (call === 'sts:GetCallerIdentity') {
      const Arn = key.includes('session')
        ? `arn:aws:sts::${account}:assumed-role/${who}/mooring`
        : `arn:aws:iam::${account}:user/${who}`;
      return { Account: account, Arn };
    }
    const [, target, role] = /::(\d+):role\/(.*)$/.exec(String(Reflect.get(input, 'RoleArn'))) ?? [];
    return {
      Credentials: {
        AccessKeyId: `${target}-${role}-session`,
        SecretAccessKey: 's',
        SessionToken: 't',
        Expiration: new Date(clock.now() + 3_600_000),
      },
    };
  };
  // A reply's type is its call's: what stands in for AWS claims it, as the SDK's model does.
  const readAs = (async (caller: Caller, _scope: object, call: CallName, input: object) => {
    const unsigned = call === 'sts:AssumeRoleWithWebIdentity';
    const key = unsigned ? '' : await keyOf(caller);
    calls.push({ call, key, input });
    const error = failing.get(call);
    if (error) throw error;
    return answers(call, key, input);
  }) as ReadAs;
  const options: ChainOptions & { own: Caller } = {
    own,
    ownCredentials: { accessKeyId: '999999999999-operator', secretAccessKey: 'own' },
    readAs,
    clock,
    sessionName: 'mooring-prod',
    tokenDirectory: undefined,
  };
  const count = (call: CallName) => calls.filter((made) => made.call === call).length;
  return { clock, calls, count, failing, options, accounts: createAccounts(options), keyOf };
}

const withKey = (key: string, more: Partial<AccountAccess> = {}): AccountAccess => ({
  name: 'production',
  source: { from: 'secret', accessKeyId: key, secretAccessKey: 's' },
  assumeRole: [],
  region: 'eu-central-1',
  ...more,
});
const role = (account: string, name: string) => ({ roleArn: `arn:aws:iam::${account}:role/${name}` });
const scope = (account: string) => ({
  partition: 'aws',
  account,
  region: 'eu-central-1',
  credentials: 'production',
});

describe('an account', () => {
  it('is AWS’s own answer, asked once for many and again after five minutes', async () => {
    const { accounts, count, clock } = sts();
    const access = withKey('111122223333-ci');
    const all = await Promise.all(Array.from({ length: 50 }, () => accounts.identify(access)));
    expect(all[0]).toEqual({
      account: '111122223333',
      partition: 'aws',
      arn: 'arn:aws:iam::111122223333:user/ci',
      globalRegion: 'us-east-1',
    });
    expect(count('sts:GetCallerIdentity')).toBe(1);
    await clock.advance(5 * 60_000);
    await accounts.identify(access);
    expect(count('sts:GetCallerIdentity')).toBe(2);
  });

  it('read anew but not changed is not asked about again', async () => {
    const { accounts, count } = sts();
    await accounts.identify(withKey('111122223333-ci'));
    await accounts.identify(withKey('111122223333-ci'));
    expect(count('sts:GetCallerIdentity')).toBe(1);
  });

  it('signs with the key that was told last', async () => {
    const { accounts, keyOf } = sts();
    await accounts.identify(withKey('111122223333-old'));
    await accounts.identify(withKey('111122223333-new'));
    expect(await keyOf(accounts.callerOf(scope('111122223333')))).toBe('111122223333-new');
  });

  it('is the operator’s own where a scope names none', () => {
    const { accounts } = sts();
    expect(accounts.callerOf({ partition: 'aws', account: '1', region: 'eu-central-1' })).toBe(own);
  });

  it('never acts in another account than AWS has said it is', async () => {
    const { accounts } = sts();
    const changed = expect.objectContaining({ class: 'Transient', code: 'CredentialsChanged' });
    const call = (account: string) => () => accounts.callerOf(scope(account));
    expect(call('111122223333')).toThrow(changed);
    await accounts.identify(withKey('111122223333-ci'));
    expect(call('111122223333')).not.toThrow();
    await accounts.identify(withKey('444455556666-ci'));
    expect(call('111122223333')).toThrow(changed);
    expect(call('444455556666')).not.toThrow();
    accounts.forget('production');
    expect(call('444455556666')).toThrow(changed);
  });

  it('that AWS refuses is not asked about by each of many, and soon again', async () => {
    const { accounts, count, clock, failing } = sts();
    failing.set('sts:GetCallerIdentity', denied('sts:GetCallerIdentity'));
    for (let n = 0; n < 20; n++)
      await expect(accounts.identify(withKey('111122223333-ci'))).rejects.toThrow();
    expect(count('sts:GetCallerIdentity')).toBe(1);
    failing.clear();
    await clock.advance(5_000);
    expect((await accounts.identify(withKey('111122223333-ci'))).account).toBe('111122223333');
  });

  it('that is doubted is asked about again, once for a volley of refusals', async () => {
    const { accounts, count, clock } = sts();
    const access = withKey('111122223333-ci');
    await accounts.identify(access);
    await clock.advance(60_000);
    for (let n = 0; n < 20; n++) {
      accounts.doubt('production');
      expect(() => accounts.callerOf(scope('111122223333'))).not.toThrow();
      await accounts.identify(access);
    }
    expect(count('sts:GetCallerIdentity')).toBe(2);
  });
});

const denied = (call: string): AwsError =>
  new AwsError({
    class: 'Unauthenticated',
    code: 'InvalidClientTokenId',
    call,
    message: 'no',
    definite: true,
  });

describe('a chain', () => {
  it('assumes each role with the session before it, and once for many', async () => {
    const { accounts, calls, keyOf, clock } = sts();
    const access = withKey('999999999999-ci', {
      assumeRole: [role('222233334444', 'hub'), role('111122223333', 'spoke')],
    });
    await accounts.identify(access);
    for (let minute = 0; minute < 50; minute++) {
      await clock.advance(60_000);
      expect(await keyOf(accounts.callerOf(scope('111122223333')))).toBe('111122223333-spoke-session');
    }
    const assumed = calls.filter(({ call }) => call === 'sts:AssumeRole');
    expect(assumed.map(({ key }) => key)).toEqual(['999999999999-ci', '222233334444-hub-session']);
  });

  it('begins with a token, whose role it assumes unsigned', async () => {
    const { accounts, calls } = sts();
    let tokens = 0;
    const token = {
      serviceAccount: 'mooring',
      audience: 'sts.amazonaws.com',
      request: async () => `token-${++tokens}`,
    };
    const { roleArn } = role('111122223333', 'pods');
    const access = withKey('', { source: { from: 'webIdentity', roleArn, token } });
    expect((await accounts.identify(access)).arn).toBe('arn:aws:sts::111122223333:assumed-role/pods/mooring');
    expect(calls[0]).toMatchObject({
      call: 'sts:AssumeRoleWithWebIdentity',
      key: '',
      input: { RoleArn: roleArn, WebIdentityToken: 'token-1', RoleSessionName: 'mooring-prod' },
    });
  });

  it('refuses by name a session longer than an hour where a role’s session assumes it', async () => {
    const { options } = sts();
    const long = { ...role('111122223333', 'spoke'), durationSeconds: 7_200 };
    const byRole = createAccounts({
      ...options,
      ownCredentials: { accessKeyId: '999999999999-pod-session', secretAccessKey: 's' },
    });
    const access = withKey('', { source: { from: 'default' }, assumeRole: [long] });
    await expect(byRole.identify(access)).rejects.toMatchObject({
      class: 'Invalid',
      message: expect.stringContaining('assumeRole[0].durationSeconds: must be at most 3600'),
    });
    const byUser = createAccounts(options);
    expect((await byUser.identify(access)).account).toBe('111122223333');
  });

  it('takes token files from below one directory only', async () => {
    const { roleArn } = role('111122223333', 'pods');
    const access = withKey('', {
      source: { from: 'webIdentity', roleArn, token: { file: '/etc/passwd' } },
    });
    const { options } = sts();
    const refusal = async (tokenDirectory: string | undefined) =>
      await createAccounts({ ...options, tokenDirectory })
        .identify(access)
        .catch((error: unknown) => String(error));
    expect(await refusal(undefined)).toContain('the operator was not started with --token-directory');
    expect(await refusal('/usr')).toContain(
      'credentials.webIdentity.tokenFile: must be below --token-directory /usr',
    );
    expect(await refusal('/nowhere')).toContain('does not exist');
  });
});
