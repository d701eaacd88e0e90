import { z } from 'zod';
import { atMostOneOf, immutableFields } from '../../core/crd/cel.ts';
import { ageColumn, readyColumn, reasonColumns, regionColumn } from '../../core/crd/columns.ts';
import type { CelRule, ResourceDefinition } from '../../core/crd/definition.ts';
import { adopt, managedTags, regionalFields, regionalRules } from '../../core/crd/fields.ts';
import { formatted, list, text, timestamp } from '../../core/crd/shapes.ts';
import { address, association, failover, id, ipv4, reverseDNS } from './fields.ts';

const spec = z.object({
  address: address()
    .optional()
    .describe(
      'A certain address: one of your own range (BYOIP), or one you have lost and want back. Immutable.',
    ),
  publicIpv4Pool: formatted(
    /^ipv4pool-ec2-[0-9a-f]+$/,
    "must be the id of a pool of your own addresses such as ipv4pool-ec2-0123456789abcdef0; leave it out for an address of Amazon's",
    64,
  )
    .optional()
    .describe(
      'The pool of addresses you brought to AWS (BYOIP) to take one from. For a certain one of them give `address` instead. Immutable.',
    ),
  ipamPoolId: formatted(
    new RegExp(`^ipam-pool-${id}$`),
    'must be the id of an IPAM pool such as ipam-pool-0123456789abcdef0',
    64,
  )
    .optional()
    .describe('The IPAM pool with a public range to take an address from. Immutable.'),
  customerOwnedIpv4Pool: formatted(
    /^ipv4pool-coip-[0-9a-f]+$/,
    'must be the id of a customer-owned pool such as ipv4pool-coip-0123456789abcdef0',
    64,
  )
    .optional()
    .describe('The customer-owned pool of an Outpost to take an address from. Immutable.'),
  networkBorderGroup: formatted(
    /^[a-z]{2,4}(-[a-z0-9]+)+$/,
    'must be a network border group such as us-west-2-lax-1',
    64,
  )
    .optional()
    .describe(
      "The zones from which the address is advertised: a Local Zone's or a Wavelength Zone's group. Default: the Region's own. Only instances there can have it. Immutable.",
    ),
  association: association.optional(),
  failover: failover.optional(),
  reverseDNS: reverseDNS.optional(),
  ...regionalFields,
  deletionPolicy: regionalFields.deletionPolicy.describe(
    'What deleting the object does in AWS. `Delete` disassociates and releases the address. `Retain` leaves it as it is, with its tags, so that an ElasticIP of the same namespace and name finds it again. The default is `Delete`; for an adopted address, for one named by `address` and for one of your own range (BYOIP) it is `Retain`.',
  ),
  adopt: adopt(
    new RegExp(`^(eipalloc-${id}|${ipv4})$`),
    'must be an allocation id such as eipalloc-0123456789abcdef0, or an IPv4 address such as 203.0.113.10',
    'An Elastic IP that exists already, to take over instead of allocating one: its allocation id, or the address.',
  ),
});

const rules: readonly CelRule[] = [
  ...immutableFields([
    'address',
    'publicIpv4Pool',
    'ipamPoolId',
    'customerOwnedIpv4Pool',
    'networkBorderGroup',
  ]),
  ...regionalRules,
  atMostOneOf(['publicIpv4Pool', 'ipamPoolId', 'customerOwnedIpv4Pool']),
  {
    rule: '!has(self.failover) || (has(self.association) && has(self.association.instanceSelector))',
    message: 'failover needs association.instanceSelector: without it there is nothing to fail over to',
    fieldPath: '.failover',
    reason: 'FieldValueForbidden',
  },
];

const status = z.object({
  allocationId: text(64).optional().describe("The address's id in AWS, `eipalloc-…`."),
  publicIp: text(15).optional().describe('The address.'),
  customerOwnedIp: text(15).optional().describe('The customer-owned address, on an Outpost.'),
  carrierIp: text(15).optional().describe("The carrier's address, in a Wavelength Zone."),
  arn: text(256).optional().describe("The address's ARN."),
  association: z
    .object({
      instanceId: text(64).optional().describe("The instance, if the interface is one's."),
      networkInterfaceId: text(64).optional().describe('The network interface.'),
      privateIpAddress: text(15).optional().describe('The private address it stands for.'),
      associationId: text(64).optional().describe("The association's id in AWS, `eipassoc-…`."),
      since: timestamp().optional().describe('When the association was first seen.'),
      foreign: z
        .boolean()
        .optional()
        .describe('`true` where somebody else made it: it is neither moved nor taken off without leave.'),
    })
    .optional()
    .describe('What the address is associated with.'),
  lastInstanceId: text(64)
    .optional()
    .describe(
      'While an address with an `instanceSelector` is on no instance: the one it was on, which a failover will name.',
    ),
  idleSince: timestamp().optional().describe('When the address was first seen associated with nothing.'),
  candidates: list(text(64), 20)
    .optional()
    .describe('The healthy instances the selector finds, at most 20 of them: where the address may go.'),
  lastFailover: z
    .object({
      from: text(64).optional().describe('The instance it left.'),
      to: text(64).describe('The instance it went to.'),
      at: timestamp().describe('When.'),
      reason: text(1024).describe('What was wrong with the one it left.'),
    })
    .optional()
    .describe('The last move between instances.'),
  reverseDNS: z
    .object({
      domainName: text(255).optional().describe('The name a reverse look-up answers now.'),
      status: text(64)
        .optional()
        .describe('`PENDING`, `SUCCESS` or `FAILED`, where a change is or was under way.'),
      reason: text(1024).optional().describe('Why AWS refused it.'),
      askedAt: timestamp().optional().describe('When AWS was last asked for the name.'),
    })
    .optional()
    .describe('Reverse DNS as AWS has it.'),
  managedTags,
});

export { failoverDefaults } from './fields.ts';

export type ElasticIPSpec = z.infer<typeof spec>;
export type ElasticIPStatus = z.infer<typeof status>;

export const elasticIPDefinition: ResourceDefinition<ElasticIPSpec, ElasticIPStatus> = {
  kind: 'ElasticIP',
  plural: 'elasticips',
  singular: 'elasticip',
  shortNames: ['eip'],
  scope: 'Namespaced',
  description:
    'An ElasticIP is a static public IPv4 address in AWS: allocated, associated with an instance or a network interface, moved to a healthy instance when that one fails, and released when it is deleted.',
  spec,
  status,
  rules,
  printerColumns: [
    { name: 'Public IP', jsonPath: '.status.publicIp', type: 'string' },
    { name: 'Instance', jsonPath: '.status.association.instanceId', type: 'string' },
    readyColumn,
    ageColumn,
    { name: 'Allocation', jsonPath: '.status.allocationId', type: 'string', priority: 1 },
    regionColumn,
    ...reasonColumns,
  ],
};
