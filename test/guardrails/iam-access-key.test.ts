import { expect } from 'vitest';
import { confine, guard, onOwnControlPlane } from '../support/guardrails.ts';
import { onKeyBed } from '../support/iam-access-key.ts';
import { iamRegion } from '../support/iam-user.ts';

const it = onKeyBed(onOwnControlPlane(iamRegion));

it('allowedUserNames: no user by default, and then those that a pattern names', async ({ bed, keys }) => {
  await guard(bed, {});
  await keys.start();
  await keys.apply('app');
  const { message } = await keys.waitBlocked('app', 'Forbidden');
  expect(message).toContain('guardrails.iamAccessKey.allowedUserNames');
  expect(message).toContain(keys.user);
  expect(await keys.writes()).toEqual([]);

  await guard(bed, { iamAccessKey: { allowedUserNames: [`${keys.user.slice(0, -1)}*`] } });
  await keys.waitReady('app');
  expect(await keys.writes()).toEqual(['CreateAccessKey']);
});

it('an account that is for some namespaces gives out no user’s key, unless it names the user', async ({
  bed,
  keys,
}) => {
  await confine(bed);
  await keys.start();
  await keys.apply('app');
  const { message } = await keys.waitBlocked('app', 'Forbidden');
  expect(message).toBe(
    `guardrails.iamAccessKey.allowedUserNames: spec.userName: no keys may be made for user ${keys.user}; allowed: none`,
  );
  expect(await keys.writes()).toEqual([]);

  await confine(bed, { iamAccessKey: { allowedUserNames: [keys.user] } });
  await keys.waitReady('app');
  expect(await keys.writes()).toEqual(['CreateAccessKey']);
});

it('deletionPolicy: Retain: Delete is refused, and deleting leaves the key and the Secret', async ({
  bed,
  keys,
  iam,
}) => {
  await guard(bed, { deletionPolicy: 'Retain', iamAccessKey: { allowedUserNames: ['*'] } });
  await keys.start();
  await keys.apply('refused', { deletionPolicy: 'Delete' });
  const { message } = await keys.waitBlocked('refused', 'Forbidden');
  expect(message).toContain('guardrails.deletionPolicy: spec.deletionPolicy: is Delete');
  expect(await keys.writes()).toEqual([]);

  await keys.apply('app');
  const id = (await keys.waitReady('app')).status?.accessKeyId;
  await keys.deleteAndWait('app');
  expect(await keys.writes()).toEqual(['CreateAccessKey']);
  expect(await iam.keys(keys.user)).toEqual([{ id, active: true }]);
  const secret = await keys.secret('app');
  expect(secret?.owners).toEqual([]);
  expect(secret?.data.aws_access_key_id).toBe(id);
});
