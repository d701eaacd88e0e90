import type { Scope } from '../../core/scope.ts';
import type { InputOf, OutputOf } from '../calls/index.ts';
import type { Read } from '../execute.ts';
import { text } from './filters.ts';
import { type Batching, createReader } from './reader.ts';

/** Something of this account that refers to an image. */
export interface ImageReference {
  /** `ec2:Instance`, `ec2:LaunchTemplate`, `ssm:Parameter`, `imagebuilder:ImageRecipe`, `imagebuilder:ContainerRecipe`. */
  readonly type: string;
  readonly arn: string;
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImageReferences.html */
const idsPerCall = 10;

/** AWS's default looks at a launch template's 20 latest versions only. */
const resourceTypes = (): InputOf<'ec2:DescribeImageReferences'>['ResourceTypes'] => [
  { ResourceType: 'ec2:Instance' },
  {
    ResourceType: 'ec2:LaunchTemplate',
    ResourceTypeOptions: [{ OptionName: 'version-depth', OptionValues: ['10000'] }],
  },
  { ResourceType: 'ssm:Parameter' },
  { ResourceType: 'imagebuilder:ImageRecipe' },
  { ResourceType: 'imagebuilder:ContainerRecipe' },
];

/** What refers to an image, by its id; undefined where nothing does. */
export function createImageReferencesReader(
  read: Read,
  scope: Scope,
  batching: Batching,
): (imageId: string) => Promise<readonly ImageReference[] | undefined> {
  return createReader<readonly ImageReference[]>({
    ...batching,
    maxBatch: idsPerCall,
    async read(imageIds) {
      const found: Sdk[] = [];
      let NextToken: string | undefined;
      do {
        const page = await read(scope, 'ec2:DescribeImageReferences', {
          ImageIds: [...imageIds],
          ResourceTypes: resourceTypes(),
          NextToken,
        });
        found.push(...(page.ImageReferences ?? []));
        NextToken = text(page.NextToken);
      } while (NextToken);
      const named = found.flatMap(({ ImageId, ResourceType: type = 'unknown', Arn: arn }) =>
        ImageId && arn ? [{ imageId: ImageId, type, arn }] : [],
      );
      const byImage = Map.groupBy(named, ({ imageId }) => imageId);
      return new Map([...byImage].map(([id, all]) => [id, all.map(({ type, arn }) => ({ type, arn }))]));
    },
  });
}

type Sdk = NonNullable<OutputOf<'ec2:DescribeImageReferences'>['ImageReferences']>[number];
