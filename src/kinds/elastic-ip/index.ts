import { type Aws, visibleAfter as published } from '../../aws/index.ts';
import { tagKeys } from '../../core/identity.ts';
import type { Kind } from '../../core/kind.ts';
import { diff } from './diff.ts';
import { listedAddresses, observe } from './observe.ts';
import type { Seen } from './seen.ts';
import { type ElasticIPSpec, type ElasticIPStatus, elasticIPDefinition } from './spec.ts';
import { conditionsOf, statusOf } from './status.ts';

export interface ElasticIPOptions {
  readonly cluster: string;
  /** How long an address may cost money for nothing before it is told, in milliseconds; undefined: never. */
  readonly idleAfter: number | undefined;
  /** How often the health of selected instances is looked at, in milliseconds. */
  readonly healthEvery: number;
  /** How long EC2 may hide a new address, in milliseconds; unless said, as AWS publishes it. */
  readonly visibleAfter?: number;
}

export function elasticIP(
  aws: Aws,
  { cluster, idleAfter, healthEvery, visibleAfter = published.ec2 }: ElasticIPOptions,
): Kind<ElasticIPSpec, ElasticIPStatus, Seen> {
  return {
    definition: elasticIPDefinition,
    siblings: true,
    visibleAfter,
    knownId: (status) => status.allocationId,
    seenId: (seen) => seen.address?.allocationId,
    observe: (self, ctx) => observe(self, aws.in(ctx.scope), ctx),
    diff,
    status: statusOf,
    conditions: (self, seen, ctx) => conditionsOf(self, seen, ctx, idleAfter),
    pulse: { every: healthEvery, concerns: ({ spec }) => spec.association?.instanceSelector !== undefined },
    async list(scope) {
      const readers = aws.in(scope);
      const all = await readers.addresses.allOfCluster(cluster);
      const listed = listedAddresses(all);
      return {
        size: all.length,
        observe: async (self, ctx) =>
          listed.lacks(self) ? undefined : await observe(self, readers, ctx, listed),
        owned: all.map(({ allocationId, tags }) => ({
          id: allocationId,
          idTag: tags[tagKeys.id] ?? '',
          released: tagKeys.released in tags,
        })),
      };
    },
  };
}
