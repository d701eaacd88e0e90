import { createHash } from 'node:crypto';
import { usageReportOn } from '../../aws/readers/image-usage.ts';
import { step } from '../../aws/step.ts';
import type { Step } from '../../core/plan.ts';
import type { Shared, Usage } from './retention/decide.ts';
import type { Seen } from './seen.ts';
import type { ImageSchedule } from './self.ts';

const day = 86_400_000;

/** Asks AWS who uses the shared images that no rule keeps: once a day each, however often this is planned. */
export function askForReports({ spec }: ImageSchedule, { usage }: Seen, now: number): Step<Seen>[] {
  if (spec.deleteInUse) return [];
  return [...usage].flatMap(([imageId, found]) =>
    found.state === 'shared' ? found.ask.map((part) => askFor(imageId, part, now)) : [],
  );
}

function askFor(of: string, { imageId, region }: Shared, now: number): Step<Seen> {
  const token = createHash('sha256')
    .update(`${imageId} ${Math.floor(now / day)}`)
    .digest('hex')
    .slice(0, 32);
  return step<Seen>()('ec2:CreateImageUsageReport', {
    ...(region === undefined ? {} : { region }),
    input: usageReportOn(imageId, token),
    why: `${imageId} is shared and no rule keeps it: who uses it decides whether it goes`,
    event: 'UsageReportRequested',
    fold: (seen) => ({ ...seen, usage: new Map(seen.usage).set(of, asked(seen.usage.get(of), imageId)) }),
  });
}

function asked(usage: Usage | undefined, imageId: string): Usage {
  const ask = usage?.state === 'shared' ? usage.ask.filter((part) => part.imageId !== imageId) : [];
  return { state: 'shared', why: 'AWS is still finding out who uses it', ask };
}
