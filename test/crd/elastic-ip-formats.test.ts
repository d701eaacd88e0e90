import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elasticIPDefinition } from '../../src/kinds/elastic-ip/spec.ts';
import { told } from './author.ts';
import {
  type ElasticIPAuthor,
  elasticIPAuthor,
  failing,
  instanceId,
  networkInterfaceId,
  selecting,
} from './elastic-ip-author.ts';

let author: ElasticIPAuthor;
beforeAll(async () => {
  author = await elasticIPAuthor();
});
afterAll(() => author.leave());

/** The value, the field it stands in, and what the API server says after quoting it. */
type Format = readonly [
  field: string,
  spec: (value: string) => object,
  rule: string,
  refused: string[],
  taken: string[],
];

const ipv4 = 'must be an IPv4 address such as 203.0.113.10';
const aDuration = 'must be a duration such as 15s, 10m or 1h30m';
const aTagValue = "must be made of letters, digits, spaces and _ . : / = + - @, as AWS takes a tag's value";

const formats: readonly Format[] = [
  [
    'spec.address',
    (address) => ({ address }),
    ipv4,
    ['', '203.0.113', '256.0.0.1', '01.2.3.4', '1.2.3.4\n', '::1'],
    ['0.0.0.0', '255.255.255.255'],
  ],
  [
    'spec.publicIpv4Pool',
    (publicIpv4Pool) => ({ publicIpv4Pool }),
    "must be the id of a pool of your own addresses such as ipv4pool-ec2-0123456789abcdef0; leave it out for an address of Amazon's",
    ['amazon', 'ipv4pool-ec2-', 'ipv4pool-ec2-XYZ', 'ipv4pool-coip-0123'],
    ['ipv4pool-ec2-0123456789abcdef0'],
  ],
  [
    'spec.ipamPoolId',
    (ipamPoolId) => ({ ipamPoolId }),
    'must be the id of an IPAM pool such as ipam-pool-0123456789abcdef0',
    ['ipam-pool-0123', 'pool-0123456789abcdef0', 'ipam-pool-0123456789ABCDEF0'],
    ['ipam-pool-0123456789abcdef0', 'ipam-pool-01234567'],
  ],
  [
    'spec.customerOwnedIpv4Pool',
    (customerOwnedIpv4Pool) => ({ customerOwnedIpv4Pool }),
    'must be the id of a customer-owned pool such as ipv4pool-coip-0123456789abcdef0',
    ['ipv4pool-ec2-0123', 'ipv4pool-coip-'],
    ['ipv4pool-coip-0123456789abcdef0'],
  ],
  [
    'spec.networkBorderGroup',
    (networkBorderGroup) => ({ networkBorderGroup }),
    'must be a network border group such as us-west-2-lax-1',
    ['lax', 'US-west-2', 'us west'],
    ['us-west-2', 'us-west-2-lax-1'],
  ],
  [
    'spec.association.instanceId',
    (value) => ({ association: { instanceId: value } }),
    'must be an instance id such as i-0123456789abcdef0',
    ['web', 'i-0123', 'I-01234567'],
    [instanceId, 'i-01234567'],
  ],
  [
    'spec.association.networkInterfaceId',
    (value) => ({ association: { networkInterfaceId: value } }),
    'must be a network interface id such as eni-0123456789abcdef0',
    ['eth0', 'eni-0123'],
    [networkInterfaceId, 'eni-01234567'],
  ],
  [
    'spec.association.privateIpAddress',
    (privateIpAddress) => ({ association: { instanceId, privateIpAddress } }),
    ipv4,
    ['10.0.0', '10.0.0.0/24'],
    ['10.0.0.1'],
  ],
  [
    'spec.association.instanceSelector.matchTags[app]',
    (app) => selecting({ app }),
    aTagValue,
    ['a*', 'a,b'],
    ['', 'Grün + Co', 'a'.repeat(256)],
  ],
  [
    'spec.failover.unhealthyAfter',
    (unhealthyAfter) => failing({ unhealthyAfter }),
    aDuration,
    ['60', '-1s', '1d', 'soon', ''],
    ['60s', '1h30m'],
  ],
  ['spec.failover.cooldown', (cooldown) => failing({ cooldown }), aDuration, ['5 m', '5M'], ['5m']],
  [
    'spec.reverseDNS.domainName',
    (domainName) => ({ reverseDNS: { domainName } }),
    'must be a domain name in lower case and without a dot at its end, such as mail.example.com',
    ['mail', 'mail.example.com.', 'Mail.example.com', '-a.example.com', 'a..example.com', '*.example.com'],
    ['mail.example.com', '_dmarc.example.com'],
  ],
  [
    'spec.region',
    (region) => ({ region }),
    'must be an AWS Region such as eu-central-1',
    ['frankfurt', 'eu-central', 'eu-central-1a'],
    ['eu-central-1', 'us-gov-west-1'],
  ],
  [
    'spec.accountRef.name',
    (name) => ({ accountRef: { name } }),
    'must be the name of an AWSAccount, such as production',
    ['Production', '-a', 'a_b', ''],
    ['production', 'a.b-c'],
  ],
  [
    'spec.tags[app]',
    (app) => ({ tags: { app } }),
    aTagValue,
    ['a!', 'a\tb'],
    ['', 'a@b.example:8080/x+y=z_-'],
  ],
  [
    'spec.adopt',
    (value) => ({ adopt: value }),
    'must be an allocation id such as eipalloc-0123456789abcdef0, or an IPv4 address such as 203.0.113.10',
    ['web', 'eipalloc-0123', '203.0.113'],
    ['eipalloc-0123456789abcdef0', '203.0.113.10'],
  ],
];

describe.each(formats)('%s', (field, spec, rule, refused, taken) => {
  it.each(refused)('is not %j', async (value) => {
    expect(await author.tried(spec(value))).toEqual(
      told([`${field}: Invalid value: ${JSON.stringify(value)}: ${rule}`]),
    );
    expect(elasticIPDefinition.spec.safeParse(spec(value)).success).toBe(false);
  });
  it.each(taken)('may be %j', async (value) => {
    expect(await author.tried(spec(value))).toEqual([]);
    expect(elasticIPDefinition.spec.safeParse(spec(value)).success).toBe(true);
  });
});
