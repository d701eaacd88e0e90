import { describe, expect, it } from 'vitest';
import { elasticIPDefinition } from './spec.ts';

const parse = (spec: object) => elasticIPDefinition.spec.safeParse(spec);

describe('ElasticIP spec', () => {
  it('needs nothing', () => {
    expect(parse({}).data).toEqual({ managementPolicy: 'Manage' });
  });

  it('fills in what an association and a failover leave open', () => {
    const association = { instanceSelector: { matchTags: { role: 'gateway' } } };
    expect(parse({ association, failover: {} }).data).toMatchObject({
      association: { ...association, allowReassociation: false },
      failover: { unhealthyAfter: '60s', failback: false, cooldown: '5m' },
    });
  });

  it.each<[string, object]>([
    ['a Region of GovCloud', { region: 'us-gov-west-1' }],
    ['a Region of the isolated partitions', { region: 'us-isob-east-1' }],
    ['a Region of the European cloud', { region: 'eusc-de-east-1' }],
    ['a short id', { association: { instanceId: 'i-0123abcd' } }],
    ['adoption by address', { adopt: '203.0.113.10' }],
    ['adoption by id', { adopt: 'eipalloc-0123456789abcdef0' }],
    ['tags in any script', { tags: { 'Kostenstelle Süd': '日本' } }],
  ])('takes %s', (_, spec) => {
    expect(parse(spec).success).toBe(true);
  });

  it.each<[string, object, string]>([
    ['a zone for a Region', { region: 'us-east-1a' }, 'must be an AWS Region such as eu-central-1'],
    ['an octet past 255', { address: '203.0.113.256' }, 'must be an IPv4 address such as 203.0.113.10'],
    ['an id of something else', { adopt: 'eni-0123abcd' }, 'must be an allocation id'],
    [
      'a duration in words',
      { failover: { cooldown: 'soon' } },
      'must be a duration such as 15s, 10m or 1h30m',
    ],
    [
      'a wildcard in a selector',
      { association: { instanceSelector: { matchTags: { a: '*' } } } },
      'must be made of letters',
    ],
    ['a dot at the end', { reverseDNS: { domainName: 'mail.example.com.' } }, 'without a dot at its end'],
  ])('refuses %s', (_, spec, message) => {
    expect(parse(spec).error?.issues[0]?.message).toContain(message);
  });
});
