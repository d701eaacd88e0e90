import { describe, expect, it } from 'vitest';
import { Accounts } from './accounts.ts';
import { callOf } from './call-of.ts';

const body = Buffer.from(
  '<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId></Credentials></AssumeRoleResult></AssumeRoleResponse>',
);

describe('accounts', () => {
  it('learns whose a temporary key is from the role it was handed out for', () => {
    const accounts = new Accounts();
    const call = callOf('sts', 'AssumeRole', { RoleArn: 'arn:aws:iam::222233334444:role/path/r' });
    accounts.learn(call, { status: 200, headers: {}, body });
    expect(accounts.accountOf('ASIA1')).toBe('222233334444');
    expect(accounts.accountOf('ASIA2')).toBeUndefined();
  });

  it('learns that a user’s access key is of the account it was created in', () => {
    const accounts = new Accounts();
    const key =
      '<CreateAccessKeyResult><AccessKey><AccessKeyId>AKIA1</AccessKeyId></AccessKey></CreateAccessKeyResult>';
    const reply = { status: 200, headers: {}, body: Buffer.from(`<R>${key}</R>`) };
    accounts.learn({ ...callOf('iam', 'CreateAccessKey'), accountId: '333344445555' }, reply);
    expect(accounts.accountOf('AKIA1')).toBe('333344445555');
  });
});
