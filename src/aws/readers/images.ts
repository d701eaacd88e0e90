import { AwsError } from '../../core/errors.ts';
import { type Identity, idTag, tagKeys } from '../../core/identity.ts';
import { scheduleTagKeys } from '../../core/image-template.ts';
import type { Scope } from '../../core/scope.ts';
import { type Tags, tagsOf } from '../../core/tags.ts';
import type { InputOf, OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { filter, maxFilterValues, text } from './filters.ts';
import { type Batching, createReader } from './reader.ts';

/** A machine image of this account as DescribeImages shows it, disabled ones included. */
export interface Image {
  readonly imageId: string;
  readonly name: string;
  readonly description: string;
  /** `pending`, `available`, `failed`, `disabled`, … */
  readonly state: string;
  /** Why it failed. */
  readonly stateReason?: string | undefined;
  /** RFC 3339. */
  readonly createdAt?: string | undefined;
  readonly sourceInstanceId?: string | undefined;
  readonly public: boolean;
  /** RFC 3339. */
  readonly deprecatedAt?: string | undefined;
  /** `disabled`, or how it is enabled. */
  readonly deregistrationProtection?: string | undefined;
  /** RFC 3339; a day late. */
  readonly lastLaunched?: string | undefined;
  readonly snapshotIds: readonly string[];
  /** GiB, of all its volumes. */
  readonly size: number;
  readonly tags: Tags;
}

export interface ImageReaders {
  /** Those that carry this identity: the primary one, copies, and copies by hand whose tags came along. */
  byIdentity(identity: Identity): Promise<readonly Image[]>;
  /** Undefined only after AWS has answered for this very id that there is none, or none any more. */
  byId(imageId: string): Promise<Image | undefined>;
  /** AWS's names are unique in an account and Region. */
  byName(name: string): Promise<Image | undefined>;
  /** Those that are made of this snapshot, disabled ones included. */
  ofSnapshot(snapshotId: string): Promise<readonly Image[]>;
  /** Everything that carries the cluster's tag, page by page. */
  allOfCluster(cluster: string): Promise<readonly Image[]>;
}

export interface ImageInventory {
  /** Everything of this account, whoever made it, page by page. */
  all(): Promise<readonly Image[]>;
}

export interface ScheduledImageSearch {
  /** Those that carry this ImageSchedule's tag: its images, and copies by hand whose tags came along. */
  bySchedule(cluster: string, scheduleTag: string): Promise<readonly Image[]>;
}

type Query = Pick<InputOf<'ec2:DescribeImages'>, 'Filters' | 'ImageIds'>;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html */
const pageSize = 1_000;

export function createImageReaders(
  read: Read,
  scope: Scope,
  batching: Batching,
): ImageReaders & ImageInventory & ScheduledImageSearch {
  const describe = async (query: Query): Promise<Image[]> => {
    const images: Image[] = [];
    let NextToken: string | undefined;
    do {
      const page = await read(scope, 'ec2:DescribeImages', {
        ...query,
        Owners: ['self'],
        IncludeDisabled: true,
        IncludeDeprecated: true,
        // Ids and pages do not go together.
        ...(query.ImageIds ? {} : { MaxResults: pageSize, NextToken }),
      });
      images.push(...(page.Images ?? []).flatMap(toImage));
      NextToken = text(page.NextToken);
    } while (NextToken);
    return images;
  };

  /** By filter, which an unknown value does not fail. */
  const listedBy = (filterName: string, keyOf: (image: Image) => string) =>
    createReader<Image>({
      ...batching,
      maxBatch: maxFilterValues,
      async read(keys) {
        const found = await describe({ Filters: [filter(filterName, keys)] });
        return new Map(found.map((image) => [keyOf(image), image]));
      },
    });
  const listed = listedBy('image-id', ({ imageId }) => imageId);

  const bySnapshot = createReader<readonly Image[]>({
    ...batching,
    maxBatch: maxFilterValues,
    async read(ids) {
      const found = await describe({ Filters: [filter('block-device-mapping.snapshot-id', ids)] });
      return new Map(ids.map((id) => [id, found.filter(({ snapshotIds }) => snapshotIds.includes(id))]));
    },
  });

  /** By the value of a tag, among those of a cluster. */
  const byTag = new Map<string, (value: string) => Promise<readonly Image[] | undefined>>();
  const tagged = (cluster: string, key: string) => {
    const place = `${cluster}/${key}`;
    const reader =
      byTag.get(place) ??
      createReader({
        ...batching,
        maxBatch: maxFilterValues,
        async read(values: readonly string[]) {
          const found = await describe({
            Filters: [filter(`tag:${tagKeys.cluster}`, [cluster]), filter(`tag:${key}`, values)],
          });
          return Map.groupBy(found, (image) => image.tags[key] ?? '');
        },
      });
    byTag.set(place, reader);
    return reader;
  };

  return {
    byIdentity: async (identity) => (await tagged(identity.cluster, tagKeys.id)(idTag(identity))) ?? [],
    bySchedule: async (cluster, tag) => (await tagged(cluster, scheduleTagKeys.schedule)(tag)) ?? [],
    byId: async (id) => (await listed(id)) ?? (await ifImageThere(describe({ ImageIds: [id] })))?.[0],
    ofSnapshot: async (id) => (await bySnapshot(id)) ?? [],
    byName: listedBy('name', ({ name }) => name),
    allOfCluster: (cluster) => describe({ Filters: [filter(`tag:${tagKeys.cluster}`, [cluster])] }),
    all: () => describe({}),
  };
}

/** What was deregistered a short while ago may still be known by name, as Unavailable. */
export async function ifImageThere<Value>(answer: Promise<Value>): Promise<Value | undefined> {
  try {
    return await answer;
  } catch (error) {
    const gone =
      error instanceof AwsError && (error.class === 'NotFound' || error.code === 'InvalidAMIID.Unavailable');
    if (gone) return undefined;
    throw error;
  }
}

type SdkImage = NonNullable<OutputOf<'ec2:DescribeImages'>['Images']>[number];

function toImage(image: SdkImage): Image[] {
  const { ImageId: imageId, State: state = 'unknown', BlockDeviceMappings: mappings = [] } = image;
  if (!imageId || state === 'deregistered') return [];
  return [
    {
      imageId,
      name: image.Name ?? '',
      description: image.Description ?? '',
      state,
      stateReason: text(image.StateReason?.Message),
      createdAt: time(image.CreationDate),
      sourceInstanceId: text(image.SourceInstanceId),
      public: image.Public ?? false,
      deprecatedAt: time(image.DeprecationTime),
      deregistrationProtection: text(image.DeregistrationProtection),
      lastLaunched: time(image.LastLaunchedTime),
      snapshotIds: mappings.flatMap(({ Ebs }) => text(Ebs?.SnapshotId) ?? []),
      size: mappings.reduce((sum, { Ebs }) => sum + (Ebs?.VolumeSize ?? 0), 0),
      tags: tagsOf(image.Tags),
    },
  ];
}

/** AWS's own notation of times, as Kubernetes writes them. */
function time(value: string | undefined): string | undefined {
  const at = Date.parse(value ?? '');
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
}
