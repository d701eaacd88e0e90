import { describe, expect, it } from 'vitest';
import { fakeRead } from '../../../test/support/fake-read.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { AwsError } from '../../core/errors.ts';
import { createRoleNames } from './role-names.ts';

const scope = { partition: 'aws', account: '111122223333', region: 'us-east-1' };

const role = (RoleName: string) => ({
  RoleName,
  RoleId: `AROA${RoleName}`,
  Arn: `arn:aws:iam::111122223333:role/${RoleName}`,
  Path: '/',
  CreateDate: new Date(0),
});

function names(answer: () => readonly string[]) {
  const clock = new VirtualClock();
  let listings = 0;
  const read = fakeRead({
    'iam:ListRoles': () => {
      listings += 1;
      return { Roles: answer().map(role) };
    },
  });
  const mayExist = createRoleNames(read, scope, clock);
  const ask = (...roles: string[]) => Promise.all(roles.map(mayExist));
  return { clock, ask, listings: () => listings };
}

describe('whether a role may exist', () => {
  it('is not asked where few are made: each is looked at by itself', async () => {
    const { clock, ask, listings } = names(() => []);
    expect(await ask('a', 'b', 'c', 'd')).toEqual([true, true, true, true]);
    await clock.advance(5_000);
    expect(await ask('e')).toEqual([true]);
    expect(listings()).toBe(0);
  });

  it('is answered by one listing where many are, whatever the case', async () => {
    const { ask, listings } = names(() => ['F', 'other']);
    expect(await ask('a', 'b', 'c', 'd', 'e', 'f', 'g')).toEqual([
      true,
      true,
      true,
      true,
      false,
      true,
      false,
    ]);
    expect(await ask('h')).toEqual([false]);
    expect(listings()).toBe(1);
  });

  it('is listed again once that is five seconds old', async () => {
    const there: string[] = [];
    const { clock, ask, listings } = names(() => there);
    await ask('a', 'b', 'c', 'd', 'e');
    there.push('f');
    await clock.advance(4_999);
    expect(await ask('f')).toEqual([false]);
    await clock.advance(1);
    expect(await ask('a', 'b', 'c', 'd', 'e', 'f')).toEqual([true, true, true, false, false, true]);
    expect(listings()).toBe(2);
  });

  it('is unknown where nobody may list', async () => {
    const { ask } = names(() => {
      throw new AwsError({ class: 'Denied', code: 'AccessDenied', call: 'x', message: 'x', definite: true });
    });
    expect(await ask('a', 'b', 'c', 'd', 'e', 'f')).toEqual([true, true, true, true, true, true]);
  });
});
