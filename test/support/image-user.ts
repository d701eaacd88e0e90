import {
  CopyImageCommand,
  CreateImageCommand,
  CreateTagsCommand,
  DeleteTagsCommand,
  DeregisterImageCommand,
  DescribeImageAttributeCommand,
  DescribeImagesCommand,
  DescribeSnapshotAttributeCommand,
  DescribeSnapshotsCommand,
  EC2Client,
  type Image,
  ModifyImageAttributeCommand,
  ModifySnapshotAttributeCommand,
  type Snapshot,
} from '@aws-sdk/client-ec2';
import { type Tags, tagList, tagsOf } from '../../src/core/tags.ts';

/** Not the operator's, so that the proxy's record tells who called. */
const credentials = { accessKeyId: 'person', secretAccessKey: 'person' };

/** A person with the AWS CLI who looks after images, in one region; `in` is the same person in another one. */
export type ImageUser = ReturnType<typeof imageUser>;

export function imageUser(endpoint: string, region: string) {
  const ec2 = new EC2Client({ endpoint, region, credentials, maxAttempts: 1 });
  const list = async (): Promise<Image[]> =>
    (await ec2.send(new DescribeImagesCommand({ Owners: ['self'], IncludeDisabled: true }))).Images ?? [];
  return {
    region,
    list,
    in: (other: string) => imageUser(endpoint, other),
    async named(name: string): Promise<Image[]> {
      return (await list()).filter(({ Name }) => Name === name);
    },
    async get(id: string): Promise<Image | undefined> {
      return (await list()).find(({ ImageId }) => ImageId === id);
    },
    async tags(id: string): Promise<Tags> {
      return tagsOf((await this.get(id))?.Tags);
    },
    async snapshotIds(id: string): Promise<string[]> {
      const { BlockDeviceMappings = [] } = (await this.get(id)) ?? {};
      return BlockDeviceMappings.flatMap(({ Ebs }) => Ebs?.SnapshotId ?? []);
    },
    async snapshots(ids: readonly string[]): Promise<Snapshot[]> {
      const Filters = [{ Name: 'snapshot-id', Values: [...ids] }];
      return (await ec2.send(new DescribeSnapshotsCommand({ Filters }))).Snapshots ?? [];
    },
    async create(instanceId: string, name: string): Promise<string> {
      const { ImageId = '' } = await ec2.send(new CreateImageCommand({ InstanceId: instanceId, Name: name }));
      return ImageId;
    },
    /** As somebody does by hand who takes the tags along. */
    async copyWithTags(sourceId: string, name: string): Promise<string> {
      const { Tags: tags } = (await this.get(sourceId)) ?? {};
      const command = new CopyImageCommand({ SourceImageId: sourceId, SourceRegion: region, Name: name });
      const { ImageId = '' } = await ec2.send(command);
      await ec2.send(new CreateTagsCommand({ Resources: [ImageId], Tags: tags ?? [] }));
      return ImageId;
    },
    deregister: (id: string) => ec2.send(new DeregisterImageCommand({ ImageId: id })),
    tag: (id: string, tags: Tags) =>
      ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(tags) })),
    untag: (id: string, key: string) =>
      ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: [{ Key: key }] })),
    shareWith: (id: string, account: string) =>
      ec2.send(
        new ModifyImageAttributeCommand({ ImageId: id, LaunchPermission: { Add: [{ UserId: account }] } }),
      ),
    async sharedWith(id: string): Promise<string[]> {
      const command = new DescribeImageAttributeCommand({ ImageId: id, Attribute: 'launchPermission' });
      const { LaunchPermissions = [] } = await ec2.send(command);
      return LaunchPermissions.map(
        (one) => one.UserId ?? one.Group ?? one.OrganizationArn ?? one.OrganizationalUnitArn ?? '',
      ).sort();
    },
    async snapshotSharedWith(id: string): Promise<string[]> {
      const command = new DescribeSnapshotAttributeCommand({
        SnapshotId: id,
        Attribute: 'createVolumePermission',
      });
      const { CreateVolumePermissions = [] } = await ec2.send(command);
      return CreateVolumePermissions.map(({ UserId }) => UserId ?? '').sort();
    },
    shareSnapshotWith: (id: string, account: string) =>
      ec2.send(
        new ModifySnapshotAttributeCommand({
          SnapshotId: id,
          Attribute: 'createVolumePermission',
          CreateVolumePermission: { Add: [{ UserId: account }] },
        }),
      ),
    close: () => ec2.destroy(),
  };
}
