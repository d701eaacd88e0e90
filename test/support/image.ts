import { inject } from 'vitest';
import type { ImageStatus } from '../../src/kinds/image/spec.ts';
import { type ImageUser, imageUser } from './image-user.ts';
import { type Objects, objectsOf, type StoredObject } from './objects.ts';
import { onTestBed, type TestBed } from './test-bed.ts';

export type Image = StoredObject<ImageStatus>;

/** A person with kubectl who applies Images, in the bed's namespace. */
export type ImageOwner = Objects<Image>;

/** What an operator under test manages here. */
export const managing = ['--kinds', 'Image'];

/** `it`, with a bed for each test, a person who applies Images, and one who looks at AWS in the bed's region. */
export const onImageBed = (region: string) =>
  onTestBed(region)
    .extend<{ images: ImageOwner }>({ images: async ({ bed }, use) => use(imageOwner(bed)) })
    .extend<{ aws: ImageUser }>({
      aws: async ({ bed }, use) => {
        const user = imageUser(inject('awsUrl'), bed.region);
        await use(user);
        user.close();
      },
    });

export const imageOwner = ({
  namespace,
  kube: { client },
}: Pick<TestBed, 'namespace' | 'kube'>): ImageOwner =>
  objectsOf({ client, namespace, kind: 'Image', plural: 'images' });
