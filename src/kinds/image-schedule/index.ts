import { type Aws, visibleAfter as published } from '../../aws/index.ts';
import { scheduleLabel, scheduleTagKeys } from '../../core/image-template.ts';
import type { Kind } from '../../core/kind.ts';
import type { Scope } from '../../core/scope.ts';
import { conditionsOf } from './conditions.ts';
import { diff } from './diff.ts';
import { gauges } from './gauges.ts';
import { observe } from './observe.ts';
import type { Seen } from './seen.ts';
import { type ImageScheduleSpec, type ImageScheduleStatus, imageScheduleDefinition } from './spec.ts';
import { statusOf } from './status.ts';

export interface ImageScheduleOptions {
  readonly cluster: string;
  /** How long EC2 may still list what is gone, in milliseconds; unless said, as AWS publishes it. */
  readonly visibleAfter?: number;
  /** How far this machine's clock may be ahead of AWS's before nothing is deleted by it, in milliseconds. */
  readonly clockTolerance?: number;
}

const tenMinutes = 10 * 60_000;

export function imageSchedule(
  aws: Aws,
  { cluster, visibleAfter = published.ec2, clockTolerance = tenMinutes }: ImageScheduleOptions,
): Kind<ImageScheduleSpec, ImageScheduleStatus, Seen> {
  const usageIn = (scope: Scope) => (region: string | undefined) =>
    aws.in(region === undefined ? scope : { ...scope, region });
  const isClockAhead = () => (aws.clockAhead() ?? 0) > clockTolerance;
  return {
    definition: imageScheduleDefinition,
    visibleAfter,
    children: { kind: 'Image', label: scheduleLabel },
    // It has nothing in AWS of its own: its images are their Image objects'.
    knownId: () => undefined,
    seenId: () => undefined,
    observe: (self, ctx) => {
      const readers = aws.in(ctx.scope);
      const images = readers.scheduledImages;
      const { scope } = ctx;
      return observe(self, ctx, {
        readers,
        images,
        isClockAhead,
        usageIn: usageIn(scope),
      });
    },
    diff: (self, seen, ctx) => diff(self, seen, ctx, visibleAfter),
    status: statusOf,
    conditions: conditionsOf,
    gauges,
    async list(scope) {
      const readers = aws.in(scope);
      const all = await readers.images.allOfCluster(cluster);
      const bySchedule = Map.groupBy(all, ({ tags }) => tags[scheduleTagKeys.schedule] ?? '');
      const images = { bySchedule: async (_: string, tag: string) => bySchedule.get(tag) ?? [] };
      return {
        size: all.length,
        observe: (self, ctx) =>
          observe(self, ctx, {
            readers,
            images,
            isClockAhead,
            usageIn: usageIn(scope),
          }),
        owned: [],
      };
    },
  };
}
