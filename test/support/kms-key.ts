import { inject } from 'vitest';
import type { KMSKeyStatus } from '../../src/kinds/kms-key/spec.ts';
import { type KmsUser, kmsUser } from './kms-user.ts';
import { type Objects, objectsOf, type StoredObject } from './objects.ts';
import { type OpenBed, onTestBed, type TestBed } from './test-bed.ts';

export type KMSKey = StoredObject<KMSKeyStatus>;

/** A person with kubectl who applies KMSKeys, in the bed's namespace. */
export type KeyOwner = Objects<KMSKey>;

/** What an operator under test manages here; others in the file's region are none of its business. */
export const managing = ['--kinds', 'KMSKey'];

/** `it`, with a bed for each test, a person who applies KMSKeys, and one who looks at AWS. */
export const onKeyBed = (region: string, open?: OpenBed) =>
  onTestBed(region, open)
    .extend<{ keys: KeyOwner }>({ keys: async ({ bed }, use) => use(keyOwner(bed)) })
    .extend<{ kms: KmsUser }>({
      kms: async ({ bed }, use) => {
        const user = kmsUser(inject('awsUrl'), bed.region, bed.namespace);
        await use(user);
        user.close();
      },
    });

const keyOwner = ({ namespace, kube: { client } }: TestBed): KeyOwner =>
  objectsOf({ client, namespace, kind: 'KMSKey', plural: 'kmskeys' });
