import { describe, expect, it } from 'vitest';
import { callOf, httpOf } from './call-of.ts';
import { identify } from './request.ts';

const nobody = () => undefined;

describe('identify', () => {
  it('reads service and region from the credential scope, the operation and input from the form', () => {
    expect(callOf('ec2', 'AllocateAddress', { Domain: 'vpc' })).toMatchObject({
      protocol: 'ec2',
      service: 'ec2',
      operation: 'AllocateAddress',
      region: 'eu-west-1',
      accessKey: 'AKIATEST',
      accountId: '123456789012',
      input: { Domain: 'vpc' },
    });
  });

  it("takes IAM's dialect for a query protocol of its own", () => {
    expect(callOf('iam', 'GetRole', { RoleName: 'a' }).protocol).toBe('query');
  });

  it('reads the operation of a JSON call from X-Amz-Target', () => {
    const http = httpOf('kms', '{"KeyId":"k"}', ['X-Amz-Target', 'TrentService.DescribeKey']);
    expect(identify(1, http, nobody)).toMatchObject({
      protocol: 'json',
      service: 'kms',
      operation: 'DescribeKey',
      input: { KeyId: 'k' },
    });
  });

  it('leaves a malformed JSON body to the emulator', () => {
    const http = httpOf('kms', '{', ['X-Amz-Target', 'TrentService.DescribeKey']);
    expect(identify(1, http, nobody)).toMatchObject({ operation: 'DescribeKey', input: {} });
  });

  it('knows an unsigned AssumeRoleWithWebIdentity as STS', () => {
    const headers = ['Content-Type', 'application/x-www-form-urlencoded', 'Host', '127.0.0.1:1'];
    const body = Buffer.from('Action=AssumeRoleWithWebIdentity&Version=2011-06-15');
    const call = identify(1, { method: 'POST', path: '/', headers, body }, nobody);
    expect(call).toMatchObject({ service: 'sts', protocol: 'query', accessKey: '' });
  });

  it("takes the emulator's own pages for no AWS call", () => {
    const http = { method: 'POST', path: '/moto-api/reset', headers: [], body: Buffer.alloc(0) };
    expect(identify(1, http, nobody)).toMatchObject({ service: '', protocol: 'none' });
  });

  it('asks whose access key it is', () => {
    const http = httpOf('ec2', 'Action=DescribeAddresses');
    expect(identify(1, http, (key) => (key === 'AKIATEST' ? '999999999999' : undefined)).accountId).toBe(
      '999999999999',
    );
  });
});
