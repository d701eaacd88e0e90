import { expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { AwsError } from '../../core/errors.ts';
import { createAccessKeyReaders } from './access-keys.ts';

const scope = { partition: 'aws', account: '111122223333', region: 'us-east-1' };
const missing = (call: string) => (): never => {
  throw new AwsError({ class: 'NotFound', code: 'NoSuchEntity', call, message: 'x', definite: true });
};

it('the keys of a user come from all pages, with their age and state', async () => {
  const keys = createAccessKeyReaders(
    fakeRead({
      'iam:ListAccessKeys': ({ UserName, Marker }) => ({
        AccessKeyMetadata: [
          Marker === undefined
            ? { UserName, AccessKeyId: 'AKIA1', CreateDate: new Date(1_000), Status: 'Active' }
            : { UserName, AccessKeyId: 'AKIA2', CreateDate: new Date(2_000), Status: 'Inactive' },
        ],
        IsTruncated: Marker === undefined,
        ...(Marker === undefined ? { Marker: 'next' } : {}),
      }),
    }),
    scope,
  );
  expect(await keys.ofUser('ci')).toEqual([
    { id: 'AKIA1', createdAt: 1_000, active: true },
    { id: 'AKIA2', createdAt: 2_000, active: false },
  ]);
});

it('a user that does not exist has no keys to speak of, and a key that does not exist no last use', async () => {
  const keys = createAccessKeyReaders(
    fakeRead({
      'iam:ListAccessKeys': missing('iam:ListAccessKeys'),
      'iam:GetAccessKeyLastUsed': missing('iam:GetAccessKeyLastUsed'),
    }),
    scope,
  );
  expect(await keys.ofUser('nobody')).toBeUndefined();
  expect(await keys.lastUsed('AKIA1')).toBeUndefined();
});

it('a key that was never used has no last use, whatever AWS writes in place of service and Region', async () => {
  const used = { LastUsedDate: new Date(5_000), ServiceName: 's3', Region: 'eu-central-1' };
  const unused = { LastUsedDate: undefined, ServiceName: 'N/A', Region: 'N/A' };
  const keys = createAccessKeyReaders(
    fakeRead({
      'iam:GetAccessKeyLastUsed': ({ AccessKeyId }) => ({
        UserName: 'ci',
        AccessKeyLastUsed: AccessKeyId === 'AKIA1' ? used : unused,
      }),
    }),
    scope,
  );
  expect(await keys.lastUsed('AKIA1')).toEqual({ time: 5_000, service: 's3', region: 'eu-central-1' });
  expect(await keys.lastUsed('AKIA2')).toBeUndefined();
});
