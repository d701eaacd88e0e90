import type { Clock } from '../../core/ports.ts';
import type { Scope } from '../../core/scope.ts';
import type { Read } from '../execute.ts';
import { memo } from '../memo.ts';

/** Zones come and go with years; one that is opted into later is seen within an hour. */
const keep = { success: 60 * 60_000, failure: 5_000 };

/**
 * The network border group of each zone that the account may use: an address only goes where its own is.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AvailabilityZone.html
 */
export function createBorderGroups(
  read: Read,
  scope: Scope,
  clock: Clock,
): () => Promise<ReadonlyMap<string, string>> {
  const zones = memo(clock, keep, async () => {
    const { AvailabilityZones = [] } = await read(scope, 'ec2:DescribeAvailabilityZones', {});
    return new Map(
      AvailabilityZones.flatMap(({ ZoneName, NetworkBorderGroup, RegionName }) => {
        // Only Local and Wavelength Zones have a group of another name than their Region's.
        const group = NetworkBorderGroup || RegionName;
        return ZoneName && group ? [[ZoneName, group]] : [];
      }),
    );
  });
  return () => zones(scope.region);
}
