import type { PolicyDocument, Statement } from '../../core/policy/document.ts';
import type { Access, Principal } from './access-fields.ts';
import { type KeySpec, type KeyUsage, typeOf } from './key-types.ts';

/** What of a key decides what its policy says. */
export interface KeyKind {
  readonly spec: KeySpec;
  readonly usage: KeyUsage;
  readonly origin: string;
  readonly multiRegion: boolean;
}

export interface AccessContext {
  readonly partition: string;
  readonly account: string;
  /** The principal's ARN. */
  readonly arnOf: (principal: Principal) => string;
}

/**
 * The key policy that the AWS console makes of these choices, statement by statement:
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
export function accessPolicy(
  access: Access,
  key: KeyKind,
  { partition, account, arnOf }: AccessContext,
  extra: readonly Statement[] = [],
): PolicyDocument {
  const rootOf = (id: string) => `arn:${partition}:iam::${id}:root`;
  const administrators = (access.administrators ?? []).map(arnOf);
  const others = (access.externalAccounts ?? []).map(rootOf);
  const users = [...(access.users ?? []).map(arnOf), ...others];
  const grantees = access.grantees?.map(arnOf) ?? users;
  return {
    Version: '2012-10-17',
    Id: 'key-consolepolicy-3',
    Statement: [
      allow('Enable IAM User Permissions', [rootOf(account)], ['kms:*']),
      ...some(administrators, (them) =>
        allow('Allow access for Key Administrators', them, administration(key, access)),
      ),
      ...some(users, (them) => allow('Allow use of the key', them, use(key))),
      ...some(isEncryption(key) ? grantees : [], (them) => ({
        ...allow('Allow attachment of persistent resources', them, grants),
        Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
      })),
      ...(access.services ?? []).map((service, index) => ofService(service, index, key)),
      ...extra,
    ],
  };
}

const allow = (Sid: string, principals: readonly string[], Action: readonly string[]) => ({
  Sid,
  Effect: 'Allow' as const,
  Principal: { AWS: oneOrMany([...new Set(principals)]) },
  Action: oneOrMany(Action),
  Resource: '*',
});

const oneOrMany = (values: readonly string[]): string | readonly string[] =>
  values.length === 1 ? (values[0] ?? '') : values;

const some = (principals: readonly string[], make: (them: readonly string[]) => Statement): Statement[] =>
  principals.length === 0 ? [] : [make(principals)];

const grants = ['kms:CreateGrant', 'kms:ListGrants', 'kms:RevokeGrant'];

function administration({ origin, multiRegion }: KeyKind, access: Access): string[] {
  return [
    ...['Create', 'Describe', 'Enable', 'List', 'Put', 'Update', 'Revoke', 'Disable', 'Get', 'Delete'].map(
      (verb) => `kms:${verb}*`,
    ),
    ...['kms:TagResource', 'kms:UntagResource', 'kms:RotateKeyOnDemand'],
    ...(access.allowAdministratorsToDelete ? ['kms:ScheduleKeyDeletion', 'kms:CancelKeyDeletion'] : []),
    ...(origin === 'EXTERNAL' ? ['kms:ImportKeyMaterial'] : []),
    ...(multiRegion ? ['kms:ReplicateKey', 'kms:UpdatePrimaryRegion'] : []),
  ];
}

const isEncryption = ({ spec }: KeyKind): boolean => typeOf(spec) === 'symmetric';

/** What a key of this kind is used with. */
function use(key: KeyKind): readonly string[] {
  if (isEncryption(key)) {
    return ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'];
  }
  return byUsage[key.usage];
}

const byUsage: Readonly<Record<KeyUsage, readonly string[]>> = {
  ENCRYPT_DECRYPT: [
    ...['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*'],
    ...['kms:DescribeKey', 'kms:GetPublicKey'],
  ],
  SIGN_VERIFY: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:Sign', 'kms:Verify'],
  GENERATE_VERIFY_MAC: ['kms:DescribeKey', 'kms:GenerateMac', 'kms:VerifyMac'],
  KEY_AGREEMENT: ['kms:DescribeKey', 'kms:GetPublicKey', 'kms:DeriveSharedSecret'],
  ENCAPSULATE_DECAPSULATE: [
    ...['kms:DescribeKey', 'kms:GetPublicKey'],
    ...['kms:Encapsulate', 'kms:Decapsulate'],
  ],
};

/** The console knows no services: this is the user's statement for one, against a confused deputy where asked. */
function ofService(service: NonNullable<Access['services']>[number], index: number, key: KeyKind): Statement {
  const { name, sourceAccount, sourceArn } = service;
  const condition = {
    ...(sourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': sourceAccount } }),
    ...(sourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': sourceArn } }),
  };
  return {
    Sid: `Allow use of the key by service ${index + 1}`,
    Effect: 'Allow',
    Principal: { Service: name },
    Action: use(key),
    Resource: '*',
    ...(Object.keys(condition).length === 0 ? {} : { Condition: condition }),
  };
}
