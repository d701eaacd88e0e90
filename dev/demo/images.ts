/** Machine images and their snapshots, as a person with the AWS CLI has them. */
import { DescribeImagesCommand, DescribeSnapshotsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { connection } from './account.ts';

export interface MachineImage {
  readonly imageId: string;
  /** `pending`, `available`, … */
  readonly state: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface MachineImages extends Disposable {
  /** The account's own. */
  list(): Promise<MachineImage[]>;
  /** Ids of the account's own, sorted. */
  snapshots(): Promise<string[]>;
}

export function connectImages(endpoint: string): MachineImages {
  const ec2 = new EC2Client(connection(endpoint));
  return {
    async list() {
      const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['self'] }));
      return Images.map(({ ImageId = '', State = 'unknown', Tags = [] }) => ({
        imageId: ImageId,
        state: State,
        tags: Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value])),
      }));
    },
    async snapshots() {
      const { Snapshots = [] } = await ec2.send(new DescribeSnapshotsCommand({ OwnerIds: ['self'] }));
      return Snapshots.map(({ SnapshotId = '' }) => SnapshotId).sort();
    },
    [Symbol.dispose]: () => ec2.destroy(),
  };
}
