import { ec2User } from '../support/ec2-user.ts';
import { iamUser } from '../support/iam-user.ts';
import { imageUser } from '../support/image-user.ts';
import { kmsUser } from '../support/kms-user.ts';

/** What a reader has in AWS already, where a document says "yours here". */
export interface AwsBefore extends Disposable {
  /** The instances that recipes select by their tags. */
  runSelected(): Promise<void>;
  /** What a page's reader writes in place of its sample ids. */
  samples(): Promise<ReadonlyMap<string, string>>;
  /** Makes what `adopt` is to name; gives what to write for it. */
  adoptable(kind: string, adopt: string): Promise<string>;
}

export function awsBefore(endpoint: string, region: string): AwsBefore {
  const ec2 = ec2User(endpoint, region, '');
  const iam = iamUser(endpoint);
  const kms = kmsUser(endpoint, region, '');
  const images = imageUser(endpoint, region);
  let made = 0;
  return {
    async runSelected() {
      await ec2.runInstances(2, { app: 'web', backup: 'yes', env: 'prod' });
      await ec2.runInstance({ role: 'golden-image' });
    },
    async samples() {
      const one = await ec2.runInstance();
      const other = await ec2.runInstance();
      return new Map([
        ['i-0123456789abcdef0', one.id],
        ['eni-0123456789abcdef0', other.networkInterfaceId],
        ['10.0.0.12', other.privateIpAddress],
      ]);
    },
    async adoptable(kind, adopt) {
      made += 1;
      switch (kind) {
        case 'ElasticIP': {
          const { allocationId, publicIp } = await ec2.allocate();
          return adopt.startsWith('eipalloc-') ? allocationId : publicIp;
        }
        case 'IAMRole':
          await iam.create(`${adopt}-${made}`);
          return `${adopt}-${made}`;
        case 'KMSKey': {
          const keyId = await kms.create();
          if (!adopt.startsWith('alias/')) return keyId;
          await kms.createAlias(adopt, keyId);
          return adopt;
        }
        case 'Image':
          return await images.create((await ec2.runInstance()).id, `adopted-${made}`);
        default:
          throw new Error(`${kind} with adopt: say here how to make one`);
      }
    },
    [Symbol.dispose]() {
      for (const user of [ec2, iam, kms, images]) user.close();
    },
  };
}
