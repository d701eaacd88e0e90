import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { told } from './author.ts';
import {
  type ElasticIPAuthor,
  elasticIP,
  elasticIPAuthor,
  failing,
  instanceId,
  instanceSelector,
  plural,
} from './elastic-ip-author.ts';

let author: ElasticIPAuthor;
beforeAll(async () => {
  author = await elasticIPAuthor();
});
afterAll(() => author.leave());

const immutable: readonly [field: string, value: string, other: string][] = [
  ['address', '203.0.113.10', '203.0.113.11'],
  ['publicIpv4Pool', 'ipv4pool-ec2-01', 'ipv4pool-ec2-02'],
  ['ipamPoolId', 'ipam-pool-01234567', 'ipam-pool-01234568'],
  ['customerOwnedIpv4Pool', 'ipv4pool-coip-01', 'ipv4pool-coip-02'],
  ['networkBorderGroup', 'us-west-2', 'us-west-2-lax-1'],
  ['region', 'eu-central-1', 'eu-west-1'],
];

describe.each(immutable)('%s, immutable', (field, value, other) => {
  const refusal = (from: string, to: string) => [
    `spec.${field}: Invalid value: ${field} is immutable: delete and create the object to change it (from ${from} to ${to})`,
  ];
  const name = field.toLowerCase();

  it('is not changed', async () => {
    expect(await author.changed(`${name}-change`, { [field]: value }, { [field]: other })).toEqual(
      told(refusal(`"${value}"`, `"${other}"`)),
    );
  });
  it('is not added', async () => {
    expect(await author.changed(`${name}-add`, {}, { [field]: value })).toEqual(
      told(refusal('nothing', `"${value}"`)),
    );
  });
  it('is not removed', async () => {
    expect(await author.changed(`${name}-remove`, { [field]: value }, { [field]: null })).toEqual(
      told(refusal(`"${value}"`, 'nothing')),
    );
  });
  it('does not keep other fields from changing', async () => {
    expect(await author.changed(`${name}-other`, { [field]: value }, { tags: { app: 'web' } })).toEqual([]);
  });
});

describe('adopt, set once', () => {
  const adopt = '203.0.113.10';
  const refusal = (to: string) => [
    `spec.adopt: Invalid value: adopt, once set, cannot be changed or removed: delete and create the object to change it (from "${adopt}" to ${to})`,
  ];

  it('is not changed', async () => {
    expect(await author.changed('adopt-change', { adopt }, { adopt: '203.0.113.11' })).toEqual(
      told(refusal('"203.0.113.11"')),
    );
  });
  it('is not removed', async () => {
    expect(await author.changed('adopt-remove', { adopt }, { adopt: null })).toEqual(
      told(refusal('nothing')),
    );
  });
  it('may be added', async () => {
    expect(await author.changed('adopt-add', {}, { adopt })).toEqual([]);
  });
});

it('an association may change from one form to another', async () => {
  const change = { association: { instanceId: null, instanceSelector } };
  expect(await author.changed('moves', { association: { instanceId } }, change)).toEqual([]);
});

it('fills in what failover leaves out', async () => {
  const { body } = await author.create(plural, elasticIP(failing({ cooldown: '1m' }), 'failover'));
  expect(body).toMatchObject({
    spec: {
      association: { allowReassociation: false },
      failover: { unhealthyAfter: '60s', failback: false, cooldown: '1m' },
      managementPolicy: 'Manage',
    },
  });
});
