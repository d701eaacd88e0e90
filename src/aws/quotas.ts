import type { Limit } from './token-bucket.ts';

/** A quota that AWS keeps for an account and region: calls of the same `name` draw on the same bucket. */
export interface Quota extends Limit {
  readonly name: string;
}

const limit = (burst: number, perSecond: number): Limit => ({ burst, perSecond });

/**
 * Per API and region: https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html
 * Reads are always filtered or paged here, so they draw on the larger of EC2's two buckets for reads.
 */
const ec2 = {
  reads: limit(100, 20),
  writes: limit(50, 5),
  others: {
    CopyImage: limit(100, 1),
    CreateSnapshot: limit(100, 5),
    CreateSnapshots: limit(100, 5),
    CreateTags: limit(100, 10),
    DeleteSnapshot: limit(100, 5),
    DeleteTags: limit(100, 10),
    DeregisterImage: limit(100, 5),
    ModifyImageAttribute: limit(100, 5),
    ModifySnapshotAttribute: limit(100, 5),
  },
} satisfies ServiceQuotas;

/** Per API and region, each second: https://docs.aws.amazon.com/kms/latest/developerguide/requests-per-second.html */
const kms = {
  reads: limit(100, 100),
  writes: limit(5, 5),
  others: {
    DeleteAlias: limit(15, 15),
    DescribeKey: limit(2_000, 2_000),
    EnableKeyRotation: limit(15, 15),
    GetKeyPolicy: limit(1_000, 1_000),
    GetKeyRotationStatus: limit(1_000, 1_000),
    ListAliases: limit(500, 500),
    ListKeys: limit(500, 500),
    ListResourceTags: limit(2_000, 2_000),
    PutKeyPolicy: limit(15, 15),
    ScheduleKeyDeletion: limit(15, 15),
    TagResource: limit(10, 10),
  },
} satisfies ServiceQuotas;

/** Shared by an account's calls in a region: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const sts = { all: limit(600, 600) } satisfies ServiceQuotas;

/** AWS publishes none for IAM: an estimate to start from, corrected by what AWS refuses. */
const iam = { all: limit(100, 20) } satisfies ServiceQuotas;

/** https://docs.aws.amazon.com/general/latest/gr/arg.html: GetResources, each second */
const tag = { all: limit(15, 15) } satisfies ServiceQuotas;

/** For a service without an entry: as careful as EC2's writes. */
const unknown = { all: limit(50, 5) } satisfies ServiceQuotas;

type ServiceQuotas =
  | { readonly all: Limit }
  | { readonly reads: Limit; readonly writes: Limit; readonly others: Readonly<Record<string, Limit>> };

const services: Readonly<Record<string, ServiceQuotas>> = { ec2, kms, sts, iam, tag };

export function quotaOf(call: string, writes: boolean): Quota {
  const [service = '', operation = ''] = call.split(':');
  const quotas = services[service] ?? unknown;
  if ('all' in quotas) return { name: `${service}:*`, ...quotas.all };
  return { name: call, ...(quotas.others[operation] ?? (writes ? quotas.writes : quotas.reads)) };
}
