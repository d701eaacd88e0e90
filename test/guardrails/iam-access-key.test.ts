import { expect } from 'vitest';
import { guard, onOwnControlPlane } from '../support/guardrails.ts';
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
