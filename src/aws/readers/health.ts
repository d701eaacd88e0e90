import { AwsError } from '../../core/errors.ts';
import type { Scope } from '../../core/scope.ts';
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

/**
 * By instance id. Undefined for one that EC2 does not know (yet): DescribeInstances shows what has just been
 * launched before its status can be asked for, and there is no filter by id to ask with.
 */
export function createHealthReader(read: Read, scope: Scope, batching: Batching) {
  return createReader<Health>({
    ...batching,
    maxBatch: maxIds,
    read: (ids) => describe(read, scope, ids),
  });
}

async function describe(read: Read, scope: Scope, ids: readonly string[]): Promise<Map<string, Health>> {
  try {
    const { InstanceStatuses = [] } = await read(scope, 'ec2:DescribeInstanceStatus', {
      InstanceIds: [...ids],
      // Without it only running instances are shown.
      IncludeAllInstances: true,
    });
    return new Map(InstanceStatuses.flatMap(toEntry));
  } catch (error) {
    // One among others fails them all, and is found by halving.
    if (ids.length === 1 && error instanceof AwsError && error.class === 'NotFound') return new Map();
    throw error;
  }
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
