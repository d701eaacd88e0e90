import { describe, expect } from 'vitest';
import { managing, onKeyBed } from '../support/kms-key.ts';

const it = onKeyBed('ap-southeast-3');

/** As a person may write it: anything. */
const refusal = async (apply: Promise<unknown>): Promise<string> =>
  apply.then(
    () => 'accepted',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

const refused: readonly (readonly [string, object, string])[] = [
  ['an unknown spec', { keySpec: 'RSA_1024' }, 'spec.keySpec: Unsupported value: "RSA_1024"'],
  [
    'a usage that the spec has not',
    { keySpec: 'ECC_NIST_P256', keyUsage: 'ENCRYPT_DECRYPT' },
    'spec.keyUsage: Invalid value',
  ],
  ['no usage where there is a choice', { keySpec: 'RSA_2048' }, 'SIGN_VERIFY for RSA_2048'],
  ['a period of 30 days', { rotation: { periodDays: 30 } }, 'spec.rotation.periodDays: Invalid value: 30'],
  [
    'rotation on RSA',
    { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY', rotation: {} },
    'spec.rotation: Forbidden: rotation is only for keySpec SYMMETRIC_DEFAULT',
  ],
  ['rotation of imported material', { origin: 'EXTERNAL', rotation: {} }, 'spec.rotation: Forbidden'],
  [
    'rotation now on a key that signs',
    { keySpec: 'ECC_NIST_P256', keyUsage: 'SIGN_VERIFY', rotateNow: 'x' },
    'spec.rotateNow: Forbidden',
  ],
  ['an alias of AWS', { aliases: ['alias/aws/s3'] }, 'must not begin with alias/aws/'],
  [
    'an alias without its prefix',
    { aliases: ['app'] },
    'spec.aliases[0]: Invalid value: "app": must be alias/',
  ],
  ['a window of six days', { deletionWindowDays: 6 }, 'spec.deletionWindowDays: Invalid value: 6'],
  ['policy and access', { policy: { Statement: [] }, access: {} }, 'at most one of policy and access'],
  ['a store without its id', { origin: 'AWS_CLOUDHSM' }, 'spec.customKeyStoreId: Invalid value'],
  [
    'an external key without its id',
    { origin: 'EXTERNAL_KEY_STORE', customKeyStoreId: 'cks-0123456789abcdef0' },
    'spec.xksKeyId: Invalid value',
  ],
  [
    'a multi-Region key in a store',
    { origin: 'AWS_CLOUDHSM', customKeyStoreId: 'cks-0123456789abcdef0', multiRegion: true },
    'spec.origin: Invalid value',
  ],
  [
    'replicas of a single-Region key',
    { replicas: [{ region: 'eu-west-1' }] },
    'spec.replicas: Invalid value',
  ],
  [
    'a replica beside the key',
    { region: 'eu-west-1', multiRegion: true, replicas: [{ region: 'eu-west-1' }] },
    'replicas must be in other Regions',
  ],
  [
    'a wildcard for a principal',
    { access: { users: [{ arn: '*' }] } },
    'spec.access.users[0].arn: Invalid value: "*"',
  ],
  [
    'a unique id for a principal',
    { access: { users: [{ arn: 'AROAEXAMPLEEXAMPLE12' }] } },
    'spec.access.users[0].arn: Invalid value',
  ],
  [
    'a principal in two ways',
    { access: { users: [{ arn: 'arn:aws:iam::123456789012:role/a', roleRef: { name: 'a' } }] } },
    'exactly one of arn and roleRef',
  ],
  [
    'grantees of a key that signs',
    { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY', access: { grantees: [] } },
    'spec.access.grantees: Forbidden',
  ],
];

describe('the API server refuses, and names the field', () => {
  it.for(refused)('%s', async ([, spec, message], { keys }) => {
    const manifest: object = { ...spec };
    expect(await refusal(keys.apply('app', manifest))).toContain(message);
  });

  it('a change of what a key cannot change', async ({ keys }) => {
    await keys.apply('app', { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY' });
    const other: readonly (readonly [object, string])[] = [
      [{ keySpec: 'RSA_4096', keyUsage: 'SIGN_VERIFY' }, 'spec.keySpec: Invalid value'],
      [{ keySpec: 'RSA_2048', keyUsage: 'ENCRYPT_DECRYPT' }, 'spec.keyUsage: Invalid value'],
      [
        { keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY', multiRegion: true },
        'spec.multiRegion: Invalid value',
      ],
      [{ keySpec: 'RSA_2048', keyUsage: 'SIGN_VERIFY', origin: 'EXTERNAL' }, 'spec.origin: Invalid value'],
    ];
    for (const [spec, message] of other) expect(await refusal(keys.apply('app', spec))).toContain(message);
  });
});

const invalid: readonly (readonly [string, object, string])[] = [
  ['a policy without statements', { policy: { Version: '2012-10-17' } }, 'spec.policy: Statement'],
  [
    'a policy with the id of a deleted role',
    {
      policy: {
        Statement: [
          { Effect: 'Allow', Principal: { AWS: 'AROAEXAMPLEEXAMPLE12' }, Action: 'kms:*', Resource: '*' },
        ],
      },
    },
    'spec.policy: AROAEXAMPLEEXAMPLE12 is the unique id of a user or role',
  ],
  [
    'a statement without a principal',
    { access: { extraStatements: [{ Effect: 'Allow', Action: 'kms:*', Resource: '*' }] } },
    'spec.access: extraStatements[0] has no Principal',
  ],
  [
    'a policy over the limit',
    {
      policy: {
        Statement: [
          {
            Sid: 'x'.repeat(33_000),
            Effect: 'Allow',
            Principal: { AWS: '*' },
            Action: 'kms:*',
            Resource: '*',
          },
        ],
      },
    },
    'KMS allows 32768',
  ],
];

describe('the operator refuses, before it asks AWS', () => {
  it.for(invalid)('%s', async ([, spec, message], { bed, keys }) => {
    await bed.start(managing);
    await keys.apply('app', spec);
    expect((await keys.waitBlocked('app', 'InvalidSpec')).message).toContain(message);
    expect(await bed.writes()).toEqual([]);
  });
});
