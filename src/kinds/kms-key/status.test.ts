import { expect, it } from 'vitest';
import { diff } from './diff.ts';
import { ctx, key, keyId, object, owned, seen, tagsOfAnother, visibleAfter } from './sample.test-data.ts';
import { statusOf } from './status.ts';

it.each(['identity', 'adopt'] as const)(
  'tells no id of a key found by %s that is not taken over yet: the next look may still do it',
  (cameBy) => {
    const found = seen({ key: key({ tags: owned('u-0') }), cameBy });
    const status = statusOf(object({ rotateNow: 'a' }, { status: {} }), found, ctx);
    expect(status).toMatchObject({ arn: key().arn, keyState: 'Enabled' });
    expect(status).not.toHaveProperty('keyId');
    const next = { ...found, cameBy: status.keyId === undefined ? cameBy : ('known id' as const) };
    const self = object({ rotateNow: 'a' }, { status });
    expect(diff(self, next, ctx, visibleAfter)).toMatchObject({ steps: [{ event: 'TakenOver' }] });
  },
);

it('keeps the id of a key that another object has taken over', () => {
  expect(statusOf(object(), seen({ key: key({ tags: owned('u-2') }) }), ctx).keyId).toBe(keyId);
});

it('takes none of another’s', () => {
  const found = seen({ key: key({ tags: tagsOfAnother }), cameBy: 'adopt' });
  expect(statusOf(object({ adopt: keyId }, { status: {} }), found, ctx)).toEqual({});
});
