import type { Scope } from '../../core/scope.ts';
import type { InputOf, OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';
import { type Batching, createReader } from './reader.ts';

/** What AWS found out about the use of an image in all accounts, when it was last asked to. */
export interface ImageUsageReport {
  readonly state: 'available' | 'pending' | 'error';
  /** Why there is none. */
  readonly reason?: string | undefined;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Of an available one: the accounts that use it. */
  readonly accounts: readonly string[];
}

/** AWS says of no limit; ten is what its other look-up of an image's use takes. */
const idsPerCall = 10;

/** The newest report on an image, by its id; undefined where there is none. */
export function createImageUsageReader(
  read: Read,
  scope: Scope,
  batching: Batching,
): (imageId: string) => Promise<ImageUsageReport | undefined> {
  return createReader<ImageUsageReport>({
    ...batching,
    maxBatch: idsPerCall,
    async read(imageIds) {
      const reports = await allReports(read, scope, imageIds);
      const newest = new Map<string, SdkReport>();
      for (const report of reports) {
        const known = newest.get(report.ImageId ?? '');
        if (!known || createdAt(report) > createdAt(known)) newest.set(report.ImageId ?? '', report);
      }
      const ready = [...newest.values()].flatMap(({ ReportId, State }) =>
        ReportId && State === 'available' ? [ReportId] : [],
      );
      const users = ready.length === 0 ? new Map() : await usersBy(read, scope, ready);
      return new Map(
        [...newest].map(([imageId, report]) => [imageId, toReport(report, users.get(report.ReportId) ?? [])]),
      );
    },
  });
}

async function allReports(read: Read, scope: Scope, ImageIds: readonly string[]): Promise<SdkReport[]> {
  const reports: SdkReport[] = [];
  let NextToken: string | undefined;
  do {
    const input = { ImageIds: [...ImageIds], NextToken };
    const page = await read(scope, 'ec2:DescribeImageUsageReports', input);
    reports.push(...(page.ImageUsageReports ?? []));
    NextToken = text(page.NextToken);
  } while (NextToken);
  return reports;
}

/** By report, the accounts with any use. */
async function usersBy(
  read: Read,
  scope: Scope,
  ReportIds: string[],
): Promise<ReadonlyMap<string | undefined, readonly string[]>> {
  const entries: SdkEntry[] = [];
  let NextToken: string | undefined;
  do {
    const page = await read(scope, 'ec2:DescribeImageUsageReportEntries', { ReportIds, NextToken });
    entries.push(...(page.ImageUsageReportEntries ?? []));
    NextToken = text(page.NextToken);
  } while (NextToken);
  const used = entries.filter(({ UsageCount = 0 }) => UsageCount > 0);
  const byReport = Map.groupBy(used, ({ ReportId }) => ReportId);
  return new Map(
    [...byReport].map(([id, of]) => [
      id,
      [...new Set(of.flatMap(({ AccountId }) => AccountId ?? []))].sort(),
    ]),
  );
}

const createdAt = ({ CreationTime }: SdkReport): number => CreationTime?.getTime() ?? 0;

const toReport = (report: SdkReport, accounts: readonly string[]): ImageUsageReport => ({
  state: report.State === 'available' || report.State === 'error' ? report.State : 'pending',
  reason: text(report.StateReason),
  createdAt: createdAt(report),
  accounts,
});

type SdkReport = NonNullable<OutputOf<'ec2:DescribeImageUsageReports'>['ImageUsageReports']>[number];
type SdkEntry = NonNullable<
  OutputOf<'ec2:DescribeImageUsageReportEntries'>['ImageUsageReportEntries']
>[number];

/** All that AWS can look for, in every version of a launch template. */
export const usageReportOn = (
  imageId: string,
  ClientToken: string,
): InputOf<'ec2:CreateImageUsageReport'> => ({
  ImageId: imageId,
  ClientToken,
  ResourceTypes: [
    { ResourceType: 'ec2:Instance' },
    {
      ResourceType: 'ec2:LaunchTemplate',
      ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['10000'] }],
    },
    { ResourceType: 'imagebuilder:ImageRecipe' },
    { ResourceType: 'imagebuilder:ContainerRecipe' },
  ],
});
