import type { Scope } from '../../core/kind.ts';
import type { OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { type Batching, createReader } from './reader.ts';

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html */
export type StatusCheck =
  | 'ok'
  | 'impaired'
  | 'insufficient-data'
  | 'not-applicable'
  | 'initializing'
  | 'unknown';

/** What EC2's own status checks say of an instance. */
export interface Health {
  readonly instanceId: string;
  readonly state: string;
  readonly system: StatusCheck;
  readonly instance: StatusCheck;
  /** The earliest that a check which fails now has failed since, RFC 3339. */
  readonly impairedSince?: string | undefined;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceStatus.html: ids, without pages. */
const maxIds = 100;

/** By instance id. Rejects with NotFound for an id that EC2 does not know; there is no filter by id to ask with. */
export function createHealthReader(read: Read, scope: Scope, batching: Batching) {
  return createReader<Health>({
    ...batching,
    maxBatch: maxIds,
    async read(ids) {
      const { InstanceStatuses = [] } = await read(scope, 'ec2:DescribeInstanceStatus', {
        InstanceIds: [...ids],
        // Without it only running instances are shown.
        IncludeAllInstances: true,
      });
      return new Map(InstanceStatuses.flatMap(toEntry));
    },
  });
}

type SdkStatus = NonNullable<OutputOf<'ec2:DescribeInstanceStatus'>['InstanceStatuses']>[number];

function toEntry(status: SdkStatus): [string, Health][] {
  const { InstanceId: instanceId } = status;
  if (!instanceId) return [];
  const details = [...(status.SystemStatus?.Details ?? []), ...(status.InstanceStatus?.Details ?? [])];
  const since = details
    .flatMap(({ Status, ImpairedSince }) =>
      Status !== 'passed' && ImpairedSince ? [ImpairedSince.getTime()] : [],
    )
    .sort((a, b) => a - b)[0];
  return [
    [
      instanceId,
      {
        instanceId,
        state: status.InstanceState?.Name ?? 'unknown',
        system: status.SystemStatus?.Status ?? 'unknown',
        instance: status.InstanceStatus?.Status ?? 'unknown',
        impairedSince: since === undefined ? undefined : new Date(since).toISOString(),
      },
    ],
  ];
}
