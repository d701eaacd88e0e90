import { field } from '../call.ts';
import type { Overlay } from '../overlay.ts';
import { ebsKeyId } from './ec2-copy-image.ts';

/** The key that AWS manages for EBS, which the emulator does not have. */
export const ebsKey: Overlay = {
  match: (call) => call.operation === 'DescribeKey' && (field(call, 'KeyId') ?? '').endsWith(ebsKeyId),
  async handle({ region, accountId }) {
    const KeyMetadata = {
      KeyId: ebsKeyId,
      Arn: `arn:aws:kms:${region}:${accountId}:key/${ebsKeyId}`,
      AWSAccountId: accountId,
      Description: 'Default key that protects my EBS volumes when no other key is defined',
      Enabled: true,
      KeyManager: 'AWS',
      KeySpec: 'SYMMETRIC_DEFAULT',
      KeyState: 'Enabled',
      KeyUsage: 'ENCRYPT_DECRYPT',
      MultiRegion: false,
      Origin: 'AWS_KMS',
    };
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return { status: 200, headers, body: Buffer.from(JSON.stringify({ KeyMetadata })) };
  },
};
