/** What an ElasticIP's spec is made of, field by field; spec.ts puts it together. */

import { z } from 'zod';
import { cel, exactlyOneOf } from '../../core/crd/cel.ts';
import { tagKeyRules, tagValue } from '../../core/crd/fields.ts';
import { duration, formatted, map } from '../../core/crd/shapes.ts';

export const ipv4 =
  '((25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])\\.){3}(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
/** AWS's ids are eight hexadecimal digits or, since 2016, seventeen. */
export const id = '([0-9a-f]{8}|[0-9a-f]{17})';

export const address = () =>
  formatted(new RegExp(`^${ipv4}$`), 'must be an IPv4 address such as 203.0.113.10', 15);

const instanceSelector = z
  .object({
    matchTags: cel(map(tagValue(), { min: 1, max: 10 }), ...tagKeyRules).describe(
      'The tags an instance must have, every one, with exactly this value.',
    ),
  })
  .describe(
    "Any one healthy running instance with these tags, in the address's network border group. The choice is stable; when that instance stops, is terminated or fails its status checks, the address goes to the next healthy one.",
  );

export const association = cel(
  z.object({
    instanceId: formatted(new RegExp(`^i-${id}$`), 'must be an instance id such as i-0123456789abcdef0', 19)
      .optional()
      .describe('This instance: its primary network interface.'),
    networkInterfaceId: formatted(
      new RegExp(`^eni-${id}$`),
      'must be a network interface id such as eni-0123456789abcdef0',
      21,
    )
      .optional()
      .describe('This network interface.'),
    instanceSelector: instanceSelector.optional(),
    privateIpAddress: address()
      .optional()
      .describe(
        'Which private address of the interface the Elastic IP stands for. Default: its primary one. Not with `instanceSelector`.',
      ),
    allowReassociation: z
      .boolean()
      .default(false)
      .describe(
        'Whether an association somebody else made may be taken away: of this address with another interface, or of the interface with another address. When `false`, that is a `Conflict` that names the holder.',
      ),
  }),
  exactlyOneOf(['instanceId', 'networkInterfaceId', 'instanceSelector']),
  {
    rule: '!has(self.privateIpAddress) || !has(self.instanceSelector)',
    message: 'privateIpAddress cannot be given with instanceSelector: each instance has its own',
    fieldPath: '.privateIpAddress',
    reason: 'FieldValueForbidden',
  },
).describe(
  'What the address is associated with. Without it the address is allocated and left idle, which AWS charges for.',
);

/** Also what holds for a selector without `failover`. */
export const failoverDefaults = { unhealthyAfter: '60s', failback: false, cooldown: '5m' } as const;

export const failover = z
  .object({
    unhealthyAfter: duration()
      .default(failoverDefaults.unhealthyAfter)
      .describe(
        "How long the instance's status checks must have failed before the address moves. One that is stopped or terminated is left at once.",
      ),
    failback: z
      .boolean()
      .default(failoverDefaults.failback)
      .describe('Whether the address returns to the instance it came from once that is healthy again.'),
    cooldown: duration()
      .default(failoverDefaults.cooldown)
      .describe(
        'The least time between two moves, so that an address does not wander between failing instances.',
      ),
  })
  .describe('When the address moves between the instances of an `instanceSelector`.');

export const reverseDNS = z
  .object({
    domainName: formatted(
      /^([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
      'must be a domain name in lower case and without a dot at its end, such as mail.example.com',
    ).describe('The name. An A record of it must already point to this address, or AWS refuses.'),
  })
  .describe(
    'The name that a reverse look-up (PTR) of the address answers. While it is set AWS does not release the address: deleting the object resets it first.',
  );
