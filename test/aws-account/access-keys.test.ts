import { expect, inject, it } from 'vitest';
import { keyOwner } from '../support/iam-access-key.ts';
import { iamRegion, iamUser } from '../support/iam-user.ts';
import { useOwnControlPlane } from './control-plane.ts';

const account = '222233334444';
const withAdmin = useOwnControlPlane(iamRegion);

it(
  'an access key is of a user in the account that its object names, where that account names the user',
  withAdmin(async (bed, admin) => {
    const session = await bed.ec2.credentialsOf(account);
    const there = iamUser(inject('awsUrl'), {
      accessKeyId: session.AWS_ACCESS_KEY_ID ?? '',
      secretAccessKey: session.AWS_SECRET_ACCESS_KEY ?? '',
      sessionToken: session.AWS_SESSION_TOKEN ?? '',
    });
    const here = iamUser(inject('awsUrl'));
    const keys = keyOwner(bed);
    try {
      for (const iam of [here, there]) await iam.createUser(keys.user);
      await keys.start();
      await admin.apply('default', { credentials: { default: {} }, allowedNamespaces: { all: true } });
      await admin.apply('production', {
        credentials: { default: {} },
        assumeRole: [{ roleArn: `arn:aws:iam::${account}:role/mooring` }],
        allowedNamespaces: { names: [bed.namespace] },
        guardrails: { iamAccessKey: { allowedUserNames: [keys.user] } },
      });
      await admin.waitReady('production');
      await keys.apply('app', { accountRef: { name: 'production' } });
      const { status } = await keys.waitReady('app');
      expect(status).toMatchObject({ accountId: account });
      expect(await there.keys(keys.user)).toEqual([{ id: status?.accessKeyId, active: true }]);
      expect(await here.keys(keys.user)).toEqual([]);
      expect((await keys.secret('app'))?.data.aws_access_key_id).toBe(status?.accessKeyId);

      await keys.deleteAndWait('app');
      expect(await there.keys(keys.user)).toEqual([]);
    } finally {
      here.close();
      there.close();
    }
  }),
);
