import { describe, expect, it } from 'vitest';
import { statementsOf } from '../../core/policy/document.ts';
import { accessPolicy, type KeyKind } from './access.ts';
import { type Access, access } from './access-fields.ts';

const context = {
  partition: 'aws',
  account: '111122223333',
  arnOf: ({ arn, roleRef }: { arn?: string | undefined; roleRef?: { name: string } | undefined }) =>
    arn ?? `arn:aws:iam::111122223333:role/${roleRef?.name}`,
};
const symmetric: KeyKind = {
  spec: 'SYMMETRIC_DEFAULT',
  usage: 'ENCRYPT_DECRYPT',
  origin: 'AWS_KMS',
  multiRegion: false,
};
const alice = { arn: 'arn:aws:iam::111122223333:user/alice' };
const make = (input: object, kind: Partial<KeyKind> = {}) => {
  const parsed: Access = access.parse(input);
  return statementsOf(accessPolicy(parsed, { ...symmetric, ...kind }, context));
};
const statement = (sid: string, input: object, kind: Partial<KeyKind> = {}) =>
  make(input, kind).find(({ Sid }) => Sid === sid);
const actionsOf = (sid: string, input: object, kind: Partial<KeyKind> = {}) =>
  statement(sid, input, kind)?.Action;

describe('the key policy of the console', () => {
  it('lets the account in, and nobody else, where nobody is named', () => {
    expect(make({})).toEqual([
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::111122223333:root' },
        Action: 'kms:*',
        Resource: '*',
      },
    ]);
  });

  it.each<[string, object, Partial<KeyKind>, string[], string[]]>([
    ['may delete', {}, {}, ['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'], ['kms:ImportKeyMaterial']],
    ['may not delete', { allowAdministratorsToDelete: false }, {}, [], ['kms:ScheduleKeyDeletion']],
    ['import material', {}, { origin: 'EXTERNAL' }, ['kms:ImportKeyMaterial'], ['kms:ReplicateKey']],
    ['replicate', {}, { multiRegion: true }, ['kms:ReplicateKey', 'kms:UpdatePrimaryRegion'], []],
  ])('administrators %s', (_, more, kind, has, lacks) => {
    const actions = actionsOf(
      'Allow access for Key Administrators',
      { administrators: [alice], ...more },
      kind,
    );
    expect(actions).toEqual(expect.arrayContaining(['kms:Create*', 'kms:Put*', 'kms:TagResource', ...has]));
    for (const action of lacks) expect(actions).not.toContain(action);
  });

  it.each<[string, Partial<KeyKind>, string[]]>([
    [
      'symmetric',
      {},
      ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
    ],
    [
      'HMAC',
      { spec: 'HMAC_256', usage: 'GENERATE_VERIFY_MAC' },
      ['kms:DescribeKey', 'kms:GenerateMac', 'kms:VerifyMac'],
    ],
    [
      'RSA encryption',
      { spec: 'RSA_2048', usage: 'ENCRYPT_DECRYPT' },
      ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:DescribeKey', 'kms:GetPublicKey'],
    ],
    [
      'signing',
      { spec: 'ML_DSA_65', usage: 'SIGN_VERIFY' },
      ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:Verify'],
    ],
    [
      'key agreement',
      { spec: 'ECC_NIST_P256', usage: 'KEY_AGREEMENT' },
      ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:DeriveSharedSecret'],
    ],
    [
      'encapsulation',
      { spec: 'ML_KEM_768', usage: 'ENCAPSULATE_DECAPSULATE' },
      ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Encapsulate', 'kms:Decapsulate'],
    ],
  ])('users of a key for %s', (_, kind, actions) => {
    expect(actionsOf('Allow use of the key', { users: [alice] }, kind)).toEqual(actions);
  });

  it('users and other accounts may use it, and let AWS services use it for them', () => {
    const input = { users: [alice, { roleRef: { name: 'app' } }], externalAccounts: ['444455556666'] };
    const principal = {
      AWS: [alice.arn, 'arn:aws:iam::111122223333:role/app', 'arn:aws:iam::444455556666:root'],
    };
    expect(statement('Allow use of the key', input)?.Principal).toEqual(principal);
    expect(statement('Allow attachment of persistent resources', input)).toEqual({
      Sid: 'Allow attachment of persistent resources',
      Effect: 'Allow',
      Principal: principal,
      Action: ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'],
      Resource: '*',
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    });
  });

  it('only the grantees that are named, if any are; none for a key that services do not use', () => {
    const sid = 'Allow attachment of persistent resources';
    expect(statement(sid, { users: [alice], grantees: [] })).toBeUndefined();
    expect(statement(sid, { users: [alice] }, { spec: 'RSA_2048', usage: 'SIGN_VERIFY' })).toBeUndefined();
  });

  it('a service, for the account and the resources that are named', () => {
    const services = [
      { name: 'logs.eu-central-1.amazonaws.com', sourceAccount: '111122223333', sourceArn: 'arn:*' },
    ];
    expect(statement('Allow use of the key by service 1', { services })).toMatchObject({
      Principal: { Service: 'logs.eu-central-1.amazonaws.com' },
      Condition: {
        StringEquals: { 'aws:SourceAccount': '111122223333' },
        ArnLike: { 'aws:SourceArn': 'arn:*' },
      },
    });
  });
});
