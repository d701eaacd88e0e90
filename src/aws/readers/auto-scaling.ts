/**
 * Which launch configurations and Auto Scaling groups launch instances of an image. AWS searches neither by
 * image, so all of the account and region are listed.
 *
 * Guarantees: they are listed once for all who ask within a window, to the last page, after they asked; who
 * asks is told of a failure, never of a part of the list. Launch templates are not followed: what refers to
 * an image from there is image-references.ts's.
 */
import type { Scope } from '../../core/scope.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';
import { type Batching, createReader } from './reader.ts';

export type AutoScalingUse =
  /** It is of the image. `groups` use it; without any it is still there to be used. */
  | { readonly type: 'launchConfiguration'; readonly name: string; readonly groups: readonly string[] }
  /** One of the overrides of its own mixed instances policy names the image. */
  | { readonly type: 'group'; readonly name: string };

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAutoScalingGroups.html */
const pageSize = 100;

/** By an image's id; empty where nothing launches it. Rejects with AwsError. */
export function createAutoScalingReader(
  read: Read,
  scope: Scope,
  batching: Batching,
): (imageId: string) => Promise<readonly AutoScalingUse[]> {
  const list = createReader<ReadonlyMap<string, readonly AutoScalingUse[]>>({
    ...batching,
    maxBatch: 1,
    async read([what = '']) {
      const [configurations, groups] = await Promise.all([
        allConfigurations(read, scope),
        allGroups(read, scope),
      ]);
      return new Map([[what, usesByImage(configurations, groups)]]);
    },
  });
  return async (imageId) => (await list('all'))?.get(imageId) ?? [];
}

function usesByImage(
  configurations: readonly SdkConfiguration[],
  groups: readonly SdkGroup[],
): ReadonlyMap<string, readonly AutoScalingUse[]> {
  const groupsOf = Map.groupBy(groups, ({ LaunchConfigurationName }) => LaunchConfigurationName);
  const uses = [
    ...configurations.map(({ ImageId: imageId, LaunchConfigurationName: name = '' }) => {
      const using = (groupsOf.get(name) ?? []).map(nameOf).sort();
      return { imageId, use: { type: 'launchConfiguration' as const, name, groups: using } };
    }),
    ...groups.flatMap((group) =>
      overridesOf(group).map((imageId) => ({
        imageId,
        use: { type: 'group' as const, name: nameOf(group) },
      })),
    ),
  ];
  const byImage = Map.groupBy(uses, ({ imageId = '' }) => imageId);
  return new Map([...byImage].map(([imageId, all]) => [imageId, all.map(({ use }) => use)]));
}

const nameOf = ({ AutoScalingGroupName: name = '' }: SdkGroup): string => name;

/** The images, each once, that take the place of the launch template's. */
function overridesOf({ MixedInstancesPolicy: policy }: SdkGroup): string[] {
  const overrides = policy?.LaunchTemplate?.Overrides ?? [];
  return [...new Set(overrides.flatMap(({ ImageId }) => text(ImageId) ?? []))];
}

async function allConfigurations(read: Read, scope: Scope): Promise<SdkConfiguration[]> {
  const found: SdkConfiguration[] = [];
  let NextToken: string | undefined;
  do {
    const input = { MaxRecords: pageSize, NextToken };
    const page = await read(scope, 'autoscaling:DescribeLaunchConfigurations', input);
    found.push(...(page.LaunchConfigurations ?? []));
    NextToken = text(page.NextToken);
  } while (NextToken);
  return found;
}

/** Without their instances, which EC2 itself knows by their image. */
async function allGroups(read: Read, scope: Scope): Promise<SdkGroup[]> {
  const found: SdkGroup[] = [];
  let NextToken: string | undefined;
  do {
    const input = { MaxRecords: pageSize, IncludeInstances: false, NextToken };
    const page = await read(scope, 'autoscaling:DescribeAutoScalingGroups', input);
    found.push(...(page.AutoScalingGroups ?? []));
    NextToken = text(page.NextToken);
  } while (NextToken);
  return found;
}

type SdkConfiguration = NonNullable<
  OutputOf<'autoscaling:DescribeLaunchConfigurations'>['LaunchConfigurations']
>[number];
type SdkGroup = NonNullable<OutputOf<'autoscaling:DescribeAutoScalingGroups'>['AutoScalingGroups']>[number];
