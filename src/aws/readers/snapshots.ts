import { type Identity, idTag, tagKeys } from '../../core/identity.ts';
import type { Scope } from '../../core/scope.ts';
import { type Tags, tagsOf } from '../../core/tags.ts';
import type { InputOf, OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { filter, maxFilterValues, text } from './filters.ts';
import { type Batching, createReader } from './reader.ts';

/** An EBS snapshot of this account as DescribeSnapshots shows it. */
export interface Snapshot {
  readonly snapshotId: string;
  /** `pending`, `completed`, `error`, … */
  readonly state: string;
  /** Percent. */
  readonly progress: number;
  readonly encrypted: boolean;
  /** The key's ARN. */
  readonly kmsKeyId?: string | undefined;
  readonly tags: Tags;
}

export interface SnapshotReaders {
  /** Undefined where AWS lists none of this id. */
  byId(snapshotId: string): Promise<Snapshot | undefined>;
  /** Those that carry this identity. */
  byIdentity(identity: Identity): Promise<readonly Snapshot[]>;
  /** Everything that carries the cluster's tag, page by page. */
  allOfCluster(cluster: string): Promise<readonly Snapshot[]>;
}

const pageSize = 1_000;

export function createSnapshotReaders(read: Read, scope: Scope, batching: Batching): SnapshotReaders {
  const describe = async (Filters: InputOf<'ec2:DescribeSnapshots'>['Filters']): Promise<Snapshot[]> => {
    const snapshots: Snapshot[] = [];
    let NextToken: string | undefined;
    do {
      const page = await read(scope, 'ec2:DescribeSnapshots', {
        Filters,
        OwnerIds: ['self'],
        MaxResults: pageSize,
        NextToken,
      });
      snapshots.push(...(page.Snapshots ?? []).flatMap(toSnapshot));
      NextToken = text(page.NextToken);
    } while (NextToken);
    return snapshots;
  };
  return {
    byId: createReader<Snapshot>({
      ...batching,
      maxBatch: maxFilterValues,
      async read(ids) {
        const found = await describe([filter('snapshot-id', ids)]);
        return new Map(found.map((snapshot) => [snapshot.snapshotId, snapshot]));
      },
    }),
    byIdentity: (identity) =>
      describe([
        filter(`tag:${tagKeys.cluster}`, [identity.cluster]),
        filter(`tag:${tagKeys.id}`, [idTag(identity)]),
      ]),
    allOfCluster: (cluster) => describe([filter(`tag:${tagKeys.cluster}`, [cluster])]),
  };
}

type SdkSnapshot = NonNullable<OutputOf<'ec2:DescribeSnapshots'>['Snapshots']>[number];

function toSnapshot(snapshot: SdkSnapshot): Snapshot[] {
  const { SnapshotId: snapshotId, State: state = 'unknown' } = snapshot;
  if (!snapshotId) return [];
  return [
    {
      snapshotId,
      state,
      progress: Number.parseInt(snapshot.Progress ?? '', 10) || 0,
      encrypted: snapshot.Encrypted ?? false,
      kmsKeyId: text(snapshot.KmsKeyId),
      tags: tagsOf(snapshot.Tags),
    },
  ];
}
