import { describe, expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { AwsError } from '../../core/errors.ts';
import { createImageReferencesReader } from './image-references.ts';
import { createImageReaders } from './images.ts';

const scope = { partition: 'aws', account: '123456789012', region: 'eu-central-1' };

describe('images', () => {
  it('are read with disabled ones, or one that is disabled would look gone', async () => {
    const clock = new VirtualClock();
    const asked: object[] = [];
    const read = fakeRead({
      'ec2:DescribeImages': (input) => {
        asked.push(input);
        return {
          Images: [{ ImageId: 'ami-1', State: 'disabled', CreationDate: '2026-01-31T12:00:00.000Z' }],
        };
      },
    });
    const image = createImageReaders(read, scope, { clock, window: 15 }).byId('ami-1');
    await clock.advance(15);
    expect(await image).toMatchObject({ state: 'disabled', createdAt: '2026-01-31T12:00:00.000Z' });
    expect(asked).toEqual([expect.objectContaining({ IncludeDisabled: true, Owners: ['self'] })]);
  });

  it.each(['InvalidAMIID.NotFound', 'InvalidAMIID.Unavailable'])(
    'are gone only after AWS has said %s of this very id',
    async (code) => {
      const clock = new VirtualClock();
      const read = fakeRead({
        'ec2:DescribeImages': ({ ImageIds }) => {
          if (!ImageIds) return { Images: [] };
          const error = code.endsWith('NotFound') ? 'NotFound' : 'Conflict';
          throw new AwsError({
            class: error,
            code,
            call: 'ec2:DescribeImages',
            message: code,
            definite: true,
          });
        },
      });
      const image = createImageReaders(read, scope, { clock, window: 15 }).byId('ami-1');
      await clock.advance(15);
      expect(await image).toBeUndefined();
    },
  );

  it('are listed to the last page', async () => {
    const clock = new VirtualClock();
    const read = fakeRead({
      'ec2:DescribeImages': ({ NextToken }) =>
        NextToken === undefined
          ? { Images: [{ ImageId: 'ami-1' }], NextToken: 'more' }
          : { Images: [{ ImageId: 'ami-2' }] },
    });
    const images = createImageReaders(read, scope, { clock, window: 15 });
    for (const all of [await images.allOfCluster('prod'), await images.all()])
      expect(all.map(({ imageId }) => imageId)).toEqual(['ami-1', 'ami-2']);
  });
});

it('what refers to images is asked ten at a time, to the last launch template version', async () => {
  const clock = new VirtualClock();
  const sizes: number[] = [];
  const read = fakeRead({
    'ec2:DescribeImageReferences': ({ ImageIds = [], ResourceTypes = [] }) => {
      sizes.push(ImageIds.length);
      const options = ResourceTypes.flatMap(({ ResourceTypeOptions = [] }) => ResourceTypeOptions);
      expect(options).toEqual([{ OptionName: 'version-depth', OptionValues: ['10000'] }]);
      return {
        ImageReferences: [{ ImageId: 'ami-3', ResourceType: 'ec2:Instance' as const, Arn: 'arn:i' }].filter(
          ({ ImageId }) => ImageIds.includes(ImageId),
        ),
      };
    },
  });
  const reader = createImageReferencesReader(read, scope, { clock, window: 15 });
  const all = Promise.all(Array.from({ length: 12 }, (_, n) => reader(`ami-${n}`)));
  await clock.advance(15);
  const found = await all;
  expect(sizes).toEqual([10, 2]);
  expect(found.filter((references) => references !== undefined)).toEqual([
    [{ type: 'ec2:Instance', arn: 'arn:i' }],
  ]);
});
