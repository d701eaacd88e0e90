import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { elasticIPDefinition } from '../../src/kinds/elastic-ip/spec.ts';
import { refusals, told } from './author.ts';
import {
  type ElasticIPAuthor,
  elasticIP,
  elasticIPAuthor,
  failing,
  instanceId,
  instanceSelector,
  networkInterfaceId,
  plural,
  selecting,
} from './elastic-ip-author.ts';

let author: ElasticIPAuthor;
beforeAll(async () => {
  author = await elasticIPAuthor();
});
afterAll(() => author.leave());

const reserved =
  "is reserved: keys under mooring.dev/ say whose a resource is, and those under aws: are AWS's own";
const tagWords = 'must be made of letters, digits, spaces and _ . : / = + - @';
const manyTags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`tag-${at}`, '']));
const long = (length: number) => 'a'.repeat(length);

const rules: readonly [what: string, spec: object, refusal: string][] = [
  [
    'an unknown management policy',
    { managementPolicy: 'Watch' },
    'spec.managementPolicy: Unsupported value: "Watch": supported values: "Manage", "Observe"',
  ],
  [
    'an unknown deletion policy',
    { deletionPolicy: 'retain' },
    'spec.deletionPolicy: Unsupported value: "retain": supported values: "Delete", "Retain"',
  ],
  [
    'text where a switch is',
    { association: { instanceId, allowReassociation: 'yes' } },
    'spec.association.allowReassociation: Invalid value: "string": spec.association.allowReassociation in body must be of type boolean: "string"',
  ],
  [
    'text where a switch is, in failover',
    failing({ failback: 'yes' }),
    'spec.failover.failback: Invalid value: "string": spec.failover.failback in body must be of type boolean: "string"',
  ],
  [
    'a number where text is',
    { address: 5 },
    'spec.address: Invalid value: "integer": spec.address in body must be of type string: "integer"',
  ],
  ['no account name', { accountRef: {} }, 'spec.accountRef.name: Required value'],
  ['no domain name', { reverseDNS: {} }, 'spec.reverseDNS.domainName: Required value'],
  [
    'a selector without tags',
    { association: { instanceSelector: {} } },
    'spec.association.instanceSelector.matchTags: Required value',
  ],
  [
    'a selector of no tag',
    selecting({}),
    'spec.association.instanceSelector.matchTags: Invalid value: 0: spec.association.instanceSelector.matchTags in body should have at least 1 properties',
  ],
  [
    'a selector of too many tags',
    selecting(manyTags(11)),
    'spec.association.instanceSelector.matchTags: Too many: 11: must have at most 10 items',
  ],
  [
    'a selector of a tag without a key',
    selecting({ '': 'web' }),
    'spec.association.instanceSelector.matchTags: Invalid value: the key "" must have 1 to 128 characters',
  ],
  [
    'a selector with a wild card in a key',
    selecting({ 'app*': 'web' }),
    `spec.association.instanceSelector.matchTags: Invalid value: the key "app*" ${tagWords}`,
  ],
  ['too many tags', { tags: manyTags(45) }, 'spec.tags: Too many: 45: must have at most 44 items'],
  [
    'a tag without a key',
    { tags: { '': 'a' } },
    'spec.tags: Invalid value: the key "" must have 1 to 128 characters',
  ],
  [
    'a tag whose key is too long',
    { tags: { [long(129)]: 'a' } },
    `spec.tags: Invalid value: the key "${long(129)}" must have 1 to 128 characters`,
  ],
  [
    'a tag whose key AWS does not take',
    { tags: { 'a?': 'a' } },
    `spec.tags: Invalid value: the key "a?" ${tagWords}`,
  ],
  ...['mooring.dev/cluster', 'MOORING.dev/id', 'Mooring.Dev/', 'aws:name', 'AWS:name', 'Aws:'].map(
    (key): [string, object, string] => [
      `the tag ${key}`,
      { tags: { app: 'web', [key]: 'a' } },
      `spec.tags: Invalid value: the key "${key}" ${reserved}`,
    ],
  ),
  ...(
    [
      ['address', (value) => ({ address: value }), 15],
      ['publicIpv4Pool', (value) => ({ publicIpv4Pool: value }), 64],
      ['ipamPoolId', (value) => ({ ipamPoolId: value }), 64],
      ['customerOwnedIpv4Pool', (value) => ({ customerOwnedIpv4Pool: value }), 64],
      ['networkBorderGroup', (value) => ({ networkBorderGroup: value }), 64],
      ['association.instanceId', (value) => ({ association: { instanceId: value } }), 19],
      ['association.networkInterfaceId', (value) => ({ association: { networkInterfaceId: value } }), 21],
      [
        'association.privateIpAddress',
        (value) => ({ association: { instanceId, privateIpAddress: value } }),
        15,
      ],
      ['association.instanceSelector.matchTags.app', (value) => selecting({ app: value }), 256],
      ['failover.unhealthyAfter', (value) => failing({ unhealthyAfter: value }), 32],
      ['failover.cooldown', (value) => failing({ cooldown: value }), 32],
      ['reverseDNS.domainName', (value) => ({ reverseDNS: { domainName: value } }), 253],
      ['region', (value) => ({ region: value }), 32],
      ['accountRef.name', (value) => ({ accountRef: { name: value } }), 253],
      ['tags.app', (value) => ({ tags: { app: value } }), 256],
      ['adopt', (value) => ({ adopt: value }), 253],
    ] satisfies [string, (value: string) => object, number][]
  ).map(([field, spec, max]): [string, object, string] => [
    `more than ${max} characters of ${field}`,
    spec(long(max + 1)),
    `spec.${field}: Too long: may not be more than ${max} bytes`,
  ]),
  [
    'an association with nothing',
    { association: {} },
    'spec.association: Invalid value: exactly one of instanceId, networkInterfaceId and instanceSelector must be given: none is',
  ],
  [
    'an association with an instance and an interface',
    { association: { instanceId, networkInterfaceId } },
    'spec.association: Invalid value: exactly one of instanceId, networkInterfaceId and instanceSelector must be given: given are instanceId, networkInterfaceId',
  ],
  [
    'an association with all three',
    { association: { instanceId, networkInterfaceId, instanceSelector } },
    'spec.association: Invalid value: exactly one of instanceId, networkInterfaceId and instanceSelector must be given: given are instanceId, networkInterfaceId, instanceSelector',
  ],
  [
    'a private address for whichever instance is found',
    { association: { instanceSelector, privateIpAddress: '10.0.0.1' } },
    'spec.association.privateIpAddress: Forbidden: privateIpAddress cannot be given with instanceSelector: each instance has its own (given is "10.0.0.1")',
  ],
  [
    'two pools',
    { publicIpv4Pool: 'ipv4pool-ec2-0123', ipamPoolId: 'ipam-pool-01234567' },
    'spec: Invalid value: at most one of publicIpv4Pool, ipamPoolId and customerOwnedIpv4Pool may be given: given are publicIpv4Pool, ipamPoolId',
  ],
  [
    'two other pools',
    { customerOwnedIpv4Pool: 'ipv4pool-coip-0123', ipamPoolId: 'ipam-pool-01234567' },
    'spec: Invalid value: at most one of publicIpv4Pool, ipamPoolId and customerOwnedIpv4Pool may be given: given are ipamPoolId, customerOwnedIpv4Pool',
  ],
  ...[{}, { association: { instanceId } }].map((spec): [string, object, string] => [
    `failover with ${JSON.stringify(spec)}`,
    { ...spec, failover: {} },
    'spec.failover: Forbidden: failover needs association.instanceSelector: without it there is nothing to fail over to',
  ]),
];

describe('refused', () => {
  it.each(rules)('%s', async (_, spec, refusal) => {
    expect(await author.tried(spec)).toEqual(told([refusal]));
  });

  it('no spec', async () => {
    const { spec: _, ...without } = elasticIP({});
    expect(refusals(await author.create(plural, without, 'All'))).toEqual(told(['spec: Required value']));
  });

  it.each([
    ['spec.adress', { adress: '203.0.113.10' }],
    ['spec.association.instance', { association: { instanceId, instance: 'web' } }],
    [
      'spec.association.instanceSelector.matchLabels',
      { association: { instanceSelector: { ...instanceSelector, matchLabels: {} } } },
    ],
    ['spec.failover.after', failing({ after: '60s' })],
    ['spec.reverseDNS.name', { reverseDNS: { domainName: 'mail.example.com', name: 'a' } }],
    ['spec.accountRef.namespace', { accountRef: { name: 'production', namespace: 'a' } }],
  ])('the unknown field %s', async (field, spec) => {
    expect(await author.tried(spec)).toEqual(
      told([
        `ElasticIP in version "v1alpha1" cannot be handled as a ElasticIP: strict decoding error: unknown field "${field}"`,
      ]),
    );
  });

  it('every wrong field at once', async () => {
    expect(await author.tried({ address: 'x', region: 'y', failover: {} })).toHaveLength(3);
  });
});

describe('taken', () => {
  it.each([
    ['nothing but defaults', {}],
    ['as many tags as there may be', { tags: manyTags(44) }],
    ['a key as long as it may be', { tags: { [long(128)]: 'a' } }],
    ['keys that only look reserved', { tags: { 'mooring.development': 'a', awsome: 'a', 'x/aws:': 'a' } }],
    ['reserved keys in a selector', selecting({ 'aws:autoscaling:groupName': 'web' })],
    ['failover with a selector', failing({ failback: true })],
  ])('%s', async (_, spec) => {
    expect(await author.tried(spec)).toEqual([]);
    expect(elasticIPDefinition.spec.safeParse(spec).success).toBe(true);
  });
});
