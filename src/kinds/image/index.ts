import { type Aws, visibleAfter as published } from '../../aws/index.ts';
import { tagKeys } from '../../core/identity.ts';
import type { Kind } from '../../core/kind.ts';
import type { Scope } from '../../core/scope.ts';
import { diff } from './diff.ts';
import { referencesOf } from './key.ts';
import { type Listed, listed, showsAll } from './listed.ts';
import { observe } from './observe.ts';
import type { Seen } from './seen.ts';
import { type ImageSpec, type ImageStatus, imageDefinition } from './spec.ts';
import { statusOf } from './status.ts';
import { createTurns } from './turns.ts';

export interface ImageOptions {
  readonly cluster: string;
  /** How long EC2 may hide a new image, in milliseconds; unless said, as AWS publishes it. */
  readonly visibleAfter?: number;
}

/** How often a sweep asks what AWS tells of one image, or of ten, at a time. Milliseconds. */
const askedEvery = 3_600_000;

const readersOf = (aws: Aws, scope: Scope) => (region: string) => aws.in({ ...scope, region });

export function image(
  aws: Aws,
  { cluster, visibleAfter = published.ec2 }: ImageOptions,
): Kind<ImageSpec, ImageStatus, Seen> {
  const isTurnOf = createTurns(askedEvery);
  return {
    definition: imageDefinition,
    visibleAfter,
    knownId: (status) => status.imageId,
    seenId: (seen) => seen.primary.image?.imageId,
    observe: (self, ctx) => observe(self, ctx, readersOf(aws, ctx.scope)),
    diff: (self, seen, ctx) => diff(self, seen, ctx, visibleAfter),
    status: (self, seen, ctx) => statusOf(self, seen, { ...ctx, visibleAfter }),
    references: referencesOf,
    async list(scope) {
      const regions = new Map<string, Promise<Listed>>();
      const listedIn = (region: string) => {
        const listing = regions.get(region) ?? listed(aws, { ...scope, region }, cluster);
        regions.set(region, listing);
        return listing;
      };
      const { all } = await listedIn(scope.region);
      return {
        size: all.length,
        observe: async (self, ctx) =>
          (await showsAll(self, scope.region, listedIn))
            ? await observe(self, ctx, readersOf(aws, scope), {
                lookupsIn: listedIn,
                asks: isTurnOf(self.uid, ctx.now),
              })
            : undefined,
        owned: all
          .filter(({ tags }) => tags[tagKeys.role] === 'primary')
          .map(({ imageId, tags }) => ({
            id: imageId,
            idTag: tags[tagKeys.id] ?? '',
            released: tagKeys.released in tags,
          })),
      };
    },
  };
}
