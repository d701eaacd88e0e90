import { describe, expect } from 'vitest';
import { resourcePath } from '../../src/runtime/kubernetes/client.ts';
import { onKeyBed } from '../support/kms-key.ts';
import { patience } from '../support/patience.ts';

const it = onKeyBed('ap-southeast-4');

const both = ['--kinds', 'KMSKey', '--kinds', 'IAMRole'];
const trust = [{ service: ['ec2.amazonaws.com'] }];

describe('a key’s users are an IAMRole', () => {
  it('it waits for the role’s ARN, is made when there is one, and follows it', async ({ bed, keys, kms }) => {
    const path = (name?: string) =>
      resourcePath({
        group: 'mooring.dev',
        version: 'v1alpha1',
        plural: 'iamroles',
        namespace: bed.namespace,
        name,
      });
    await bed.start(both);
    await keys.apply('app', { access: { users: [{ roleRef: { name: 'app' } }] } });
    expect((await keys.waitBlocked('app', 'DependencyNotReady')).message).toBe(
      'waiting for the ARN of IAMRole app, which spec.access names',
    );
    expect(await kms.ownKeys()).toEqual([]);

    const roleName = `${bed.namespace}-app`;
    const role = (more: object = {}) => ({
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'IAMRole',
      metadata: { name: 'app', namespace: bed.namespace },
      spec: { roleName, trust, ...more },
    });
    const exists = () =>
      bed.kube.client.get(path('app')).then(
        () => true,
        () => false,
      );
    await bed.kube.client.create(path(), role());
    const { status } = await keys.waitReady('app');
    const keyId = status?.keyId ?? '';
    const { Statement } = await kms.policy(keyId);
    expect(Statement).toContainEqual(
      expect.objectContaining({
        Sid: 'Allow use of the key',
        Principal: { AWS: `arn:aws:iam::123456789012:role/${roleName}` },
      }),
    );

    // Made anew at another path, it has another ARN.
    await bed.kube.client.remove(path('app'));
    await expect.poll(exists).toBe(false);
    await bed.kube.client.create(path(), role({ path: '/apps/' }));
    const moved = `arn:aws:iam::123456789012:role/apps/${roleName}`;
    await expect
      .poll(async () => JSON.stringify(await kms.policy(keyId)), { timeout: patience })
      .toContain(moved);

    await keys.deleteAndWait('app');
    await bed.kube.client.remove(path('app'));
    await expect.poll(exists).toBe(false);
  });
});
