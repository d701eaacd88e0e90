/** Any state of a tiny AWS, and any object that may meet it, with a status that is right or wrong by now. */

import fc from 'fast-check';
import { tagKeys } from '../../core/identity.ts';
import { minute, now, object, owned, tagsOfAnother } from './sample.test-data.ts';
import type { World } from './world.test-data.ts';

const instances = fc
  .array(
    fc.record({
      state: fc.constantFrom('running', 'running', 'running', 'pending', 'stopped', 'terminated'),
      checks: fc.constantFrom('ok' as const, 'ok' as const, 'impaired' as const, 'initializing' as const),
      impairedFor: fc.constantFrom(0, 30_000, minute, 10 * minute),
      availabilityZone: fc.constantFrom('eu-central-1', 'eu-central-1', 'eu-central-1-ham-1', undefined),
    }),
    { maxLength: 4 },
  )
  .map((all) =>
    all.map(({ state, checks, impairedFor, availabilityZone }, index) => ({
      id: `i-0000000${index}`,
      state,
      checks,
      impairedSince: checks === 'impaired' ? now - impairedFor : undefined,
      availabilityZone,
      tags: { role: 'web' },
      interfaces: [
        {
          id: `eni-0000000${index}`,
          instanceId: `i-0000000${index}`,
          primary: true,
          privateIpAddresses: [{ address: `10.0.0.${index}`, primary: true }],
        },
      ],
    })),
  );

const tags = fc.constantFrom(
  owned(),
  owned('u-1', 't-1'),
  owned('u-1', 't-2'),
  owned('u-0', 't-0'),
  { ...owned('u-1', 't-1'), [tagKeys.released]: 'true' },
  { ...owned('u-0'), [tagKeys.released]: 'true' },
  { [tagKeys.uid]: 'u-1' },
  { team: 'old', theirs: 'yes' },
  {},
  tagsOfAnother,
);

/** Up to three addresses, each anywhere or nowhere, no two in one place. */
const world: fc.Arbitrary<World> = fc
  .record({
    instances,
    addresses: fc.array(fc.record({ tags, at: fc.option(fc.nat(3)) }), { maxLength: 3 }),
    named: fc.subarray([0, 1, 2]),
    nameChange: fc.option(
      fc.record({
        status: fc.constantFrom('PENDING', 'FAILED'),
        value: fc.constantFrom('old.example.com.', 'new.example.com.', undefined),
      }),
    ),
    slowNames: fc.boolean(),
    recoverable: fc.boolean(),
  })
  .map(({ instances: all, addresses, named, nameChange, slowNames, recoverable }) => {
    const taken = new Set<number>();
    const placed = addresses.map(({ tags: its, at }, index) => {
      const instance = at === null || taken.has(at) ? undefined : all[at];
      if (at !== null) taken.add(at);
      const place = { publicIpv4Pool: 'amazon', networkBorderGroup: 'eu-central-1' };
      return {
        allocationId: `eipalloc-${index}`,
        publicIp: `203.0.113.${index}`,
        tags: its,
        ...place,
        ...(instance && {
          associationId: `eipassoc-${index}`,
          instanceId: instance.id,
          networkInterfaceId: instance.interfaces[0]?.id,
          privateIpAddress: instance.interfaces[0]?.privateIpAddresses[0]?.address,
        }),
      };
    });
    const names = new Map(
      named.flatMap((index) => (placed[index] ? [[`eipalloc-${index}`, 'old.example.com.']] : [])),
    );
    const nameChanges = new Map(
      placed.flatMap(({ allocationId }) => (nameChange ? [[allocationId, nameChange]] : [])),
    );
    const dns = { names, nameChanges, slowNames };
    return { addresses: placed, instances: all, ...dns, recoverable, allocated: 0, displaced: [] };
  });

const spec = fc.record(
  {
    association: fc.oneof(
      fc.record({
        instanceId: fc.constantFrom('i-00000000', 'i-00000001', 'i-00000009'),
        allowReassociation: fc.boolean(),
      }),
      fc.record({
        networkInterfaceId: fc.constantFrom('eni-00000000', 'eni-00000009'),
        allowReassociation: fc.boolean(),
      }),
      fc.record({
        instanceSelector: fc.constant({ matchTags: { role: 'web' } }),
        allowReassociation: fc.boolean(),
      }),
    ),
    reverseDNS: fc.constant({ domainName: 'new.example.com' }),
    tags: fc.constantFrom({}, { team: 'web' }),
    deletionPolicy: fc.constantFrom('Delete', 'Retain'),
    adopt: fc.constantFrom('203.0.113.1', '203.0.113.77'),
  },
  { requiredKeys: [] },
);

/** Status as some earlier reconcile may have left it, right or wrong by now. */
const status = fc.option(
  fc.record({
    known: fc.nat(3),
    at: fc.option(fc.nat(3)),
    failedOver: fc.option(fc.constantFrom(minute, 10 * minute)),
    named: fc.boolean(),
  }),
);

export const situation = fc.record({ world, spec, status, deleting: fc.boolean() }).map((it) => {
  const { known, at, failedOver, named } = it.status ?? {};
  const instance = at === undefined || at === null ? undefined : it.world.instances[at];
  const recorded = it.world.addresses.find(
    ({ instanceId }) => instanceId !== undefined && instanceId === instance?.id,
  );
  const self = object(
    { ...it.spec, ...(isSelector(it.spec.association) ? { failover: { failback: true } } : {}) },
    {
      deleting: it.deleting,
      ...(known === undefined
        ? {}
        : { creation: { token: 't-1', time: new Date(now - 60 * minute).toISOString() } }),
      status:
        known === undefined
          ? {}
          : {
              allocationId: `eipalloc-${known}`,
              publicIp: `203.0.113.${known}`,
              managedTags: ['team'],
              ...(recorded?.associationId && recorded.instanceId
                ? { association: { associationId: recorded.associationId, instanceId: recorded.instanceId } }
                : {}),
              ...(failedOver
                ? {
                    lastFailover: {
                      from: 'i-00000000',
                      to: 'i-00000001',
                      at: new Date(now - failedOver).toISOString(),
                      reason: 'x',
                    },
                  }
                : {}),
              ...(named ? { reverseDNS: { domainName: 'old.example.com.' } } : {}),
            },
    },
  );
  // Only what was ever in use has a name, and so no spare address.
  const main = it.world.addresses.length === 1 ? 'eipalloc-0' : `eipalloc-${known}`;
  const names = new Map([...it.world.names].filter(([id]) => id === main));
  const nameChanges = new Map([...it.world.nameChanges].filter(([id]) => id === main));
  return { self, world: { ...it.world, names, nameChanges } };
});

const isSelector = (association: object | undefined): boolean =>
  association !== undefined && 'instanceSelector' in association;
