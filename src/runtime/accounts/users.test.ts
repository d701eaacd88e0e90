import { describe, expect, it } from 'vitest';
import type { AccountSpec } from '../../core/account.ts';
import type { Resource } from '../../core/resource.ts';
import { createUsers, tellUsers } from './users.ts';

const account = '111122223333';
const forWeb: AccountSpec = { credentials: { default: {} }, allowedNamespaces: { names: ['web'] } };

const object = (namespace: string, name: string, accountRef?: string, accountId?: string): Resource => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'ElasticIP',
  metadata: { name, namespace, uid: `u-${name}`, resourceVersion: '1' },
  spec: accountRef === undefined ? {} : { accountRef: { name: accountRef } },
  ...(accountId === undefined ? {} : { status: { accountId } }),
});

const usersOf = (...objects: readonly Resource[]) =>
  createUsers(
    [{ kind: { definition: { kind: 'ElasticIP' } }, informer: { list: () => objects } }],
    new Set(['default', 'other']),
    () => undefined,
  );

const deletedAt = '2026-01-01T12:00:00Z';
const keeping = (users: ReturnType<typeof usersOf>, spec: AccountSpec | undefined = forWeb) =>
  users
    .keeping('default', { spec, accountId: account, deletedAt })
    .map(({ namespace, name }) => `${namespace}/${name}`);

describe('an account is kept by', () => {
  it('objects that may use it, whether or not they have begun', () => {
    expect(keeping(usersOf(object('web', 'www'), object('web', 'api', 'default', account)))).toEqual([
      'web/www',
      'web/api',
    ]);
  });

  it('no object that names it and may not use it', () => {
    const users = usersOf(
      object('mallory', 'pin', 'default'),
      object('mallory', 'moved', 'default', '999999999999'),
    );
    expect(keeping(users)).toEqual([]);
    // They are looked at all the same when it comes to allow them.
    expect(users.of('default')).toHaveLength(2);
  });

  it('what an object has in it, though it may not use it any more', () => {
    expect(keeping(usersOf(object('shop', 'www', 'default', account)))).toEqual(['shop/www']);
  });

  it('no object that came after its deletion, for that never begins', () => {
    const created = (time: string, used?: string) => {
      const { metadata, ...rest } = object('web', 'www', undefined, used);
      return { ...rest, metadata: { ...metadata, creationTimestamp: time } };
    };
    expect(keeping(usersOf(created('2026-01-01T12:00:00Z')))).toEqual(['web/www']);
    expect(keeping(usersOf(created('2026-01-01T12:00:01Z')))).toEqual([]);
    expect(keeping(usersOf(created('2026-01-01T12:00:01Z', account)))).toEqual(['web/www']);
  });

  it('no object that uses another', () => {
    expect(keeping(usersOf(object('web', 'www', 'other', account)))).toEqual([]);
  });

  it('what there is in it alone, where nobody can read whom it is for', () => {
    const users = usersOf(object('web', 'www'), object('web', 'api', undefined, account));
    const found = users.keeping('default', { spec: undefined, accountId: account, deletedAt });
    expect(tellUsers(found)).toBe('ElasticIP web/api uses it');
  });
});
