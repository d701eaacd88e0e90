import type { Context } from '../../core/context.ts';
import type { Site } from './seen.ts';

/** First often, then ever less so: images take from seconds to hours. Milliseconds. */
export const poll = { least: 2_000, most: 60_000 };

export function lookAgain(sites: readonly Site[], ctx: Context): number {
  const ages = sites.map(
    ({ image }) => ctx.now - Date.parse(image?.createdAt ?? new Date(ctx.now).toISOString()),
  );
  return ctx.now + Math.min(poll.most, Math.max(poll.least, Math.min(...ages) / 4));
}
