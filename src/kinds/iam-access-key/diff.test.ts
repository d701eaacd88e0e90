import { describe, expect, it } from 'vitest';
import { guardrails } from '../../core/guardrails/schema.ts';
import { diff } from './diff.ts';
import { context, delivered, hour, key, nothing, now, secret, selfOf } from './sample.test-data.ts';
import type { Seen } from './seen.ts';
import type { IAMAccessKey } from './self.ts';

const planOf = (self: IAMAccessKey, seen: Seen, ctx = context) => {
  const { steps, blocked, wakeAt } = diff(self, seen, ctx);
  return {
    calls: steps.map(({ call, input }) =>
      [call, Reflect.get(input, 'AccessKeyId')].filter(Boolean).join(' '),
    ),
    reason: blocked?.reason,
    message: blocked?.message,
    inHours: wakeAt === undefined ? undefined : (wakeAt - now) / hour,
  };
};
const calls = (self: IAMAccessKey, seen: Seen) => planOf(self, seen).calls;

const create = ['iam:CreateAccessKey'];
const retire = (id: string) => [`iam:UpdateAccessKey ${id}`, `iam:DeleteAccessKey ${id}`];
const at = (age: number) => new Date(now - age * hour).toISOString();
const twoKeys = (more: Partial<Seen> = {}, used?: number): Seen =>
  delivered(30, {
    keys: [
      key(
        'AKIAOLD',
        900,
        used === undefined ? {} : { lastUsed: { time: now - used * hour, service: 's3', region: 'x' } },
      ),
      key('AKIANOW', 30),
    ],
    previous: 'AKIAOLD',
    ...more,
  });

describe('a key', () => {
  const month = { rotateAfter: '720h' };

  it.each<[string, object, Seen, string[]]>([
    ['is made where there is none', {}, nothing, create],
    ['is left where it is as delivered', month, delivered(719), []],
    ['is replaced at its age', month, delivered(720), create],
    ['of any age is left where no age is given', {}, delivered(99_999), []],
    ['is replaced for a new token', { rotateNow: 'b' }, delivered(1, { rotatedToken: 'a' }), create],
    ['is left for a token that was acted on', { rotateNow: 'a' }, delivered(1, { rotatedToken: 'a' }), []],
    ['is left where the token was taken out', {}, delivered(1, { rotatedToken: 'a' }), []],
    ['is replaced where AWS has it no more', {}, delivered(1, { keys: [] }), create],
    [
      'is replaced where somebody deactivated it',
      {},
      delivered(1, { keys: [key('AKIANOW', 1, { active: false })] }),
      create,
    ],
    ['is replaced where its Secret is gone', {}, delivered(1, { secret: undefined }), create],
    ['is replaced where the Secret names another', {}, delivered(1, { secret: secret('AKIAELSE') }), create],
    [
      'is replaced where somebody wrote a half of it in the Secret',
      {},
      delivered(1, { secret: secret('AKIANOW', { written: ['aws_access_key_id'] }) }),
      create,
    ],
    [
      'is left where others have written beside it',
      {},
      delivered(1, {
        secret: secret('AKIANOW', { written: ['aws_secret_access_key', 'aws_access_key_id', 'more'] }),
      }),
      [],
    ],
  ])('%s', (_, spec, seen, expected) => {
    expect(calls(selfOf(spec), seen)).toEqual(expected);
  });

  it('that is replaced leaves a record of those there were before, and of the token', () => {
    const self = selfOf({ rotateNow: 'b' });
    const [step] = diff(self, delivered(1, { rotatedToken: 'a' }), context).steps;
    expect(step?.intent).toEqual({
      attempt: { time: new Date(now).toISOString(), before: ['AKIANOW'], rotateNow: 'b' },
    });
    expect(step).toMatchObject({ creates: true, expected: true });
  });

  it('that is made anew because something was lost counts as a repair, with a Warning', () => {
    const [step] = diff(selfOf(), delivered(1, { secret: undefined }), context).steps;
    expect(step).toMatchObject({ field: 'secret', warns: true, event: 'KeyReplaced' });
    expect(step).not.toHaveProperty('expected');
  });

  it('wakes its object at its age', () => {
    expect(planOf(selfOf(month), delivered(700)).inHours).toBe(20);
    expect(planOf(selfOf(), delivered(700)).inHours).toBeUndefined();
  });
});

describe('the answer to CreateAccessKey', () => {
  const [step] = diff(selfOf(), nothing, context).steps;
  const answer = {
    AccessKey: { AccessKeyId: 'AKIANEW', SecretAccessKey: 'hush', CreateDate: new Date(now) },
  };
  const split = step?.secret?.(answer);

  it('is parted from its secret before anybody sees it', () => {
    expect(split?.sealed.open()).toBe('hush');
    expect(JSON.stringify(split)).not.toContain('hush');
  });

  it('is delivered by the next step, which shows where the secret goes and not what it is', () => {
    const seen = step?.fold(nothing, split?.rest) ?? nothing;
    const [next, ...more] = diff(
      selfOf({ secret: { keys: { credentialsFile: 'file' } } }),
      seen,
      context,
    ).steps;
    expect(more).toEqual([]);
    expect(next).toMatchObject({
      effect: 'k8s',
      call: 'k8s:WriteSecret',
      input: {
        namespace: 'shop',
        name: 'app',
        data: {
          aws_access_key_id: 'AKIANEW',
          aws_secret_access_key: '[sealed]',
          file: '[default]\naws_access_key_id = AKIANEW\naws_secret_access_key = [sealed]\n',
        },
        annotations: { 'mooring.dev/access-key-id': 'AKIANEW', 'mooring.dev/uid': 'u-app' },
      },
    });
    expect(next?.input).not.toHaveProperty('over');
    const after = next?.fold(seen, secret('AKIANEW'));
    expect(after).toMatchObject({ current: 'AKIANEW', attempt: undefined });
    expect(after).not.toHaveProperty('made');
  });

  it('without a key is a failure that quotes nothing', () => {
    expect(() => step?.secret?.({ AccessKey: { SecretAccessKey: 'hush' } })).toThrow(
      'CreateAccessKey answered without a key',
    );
  });

  it('that is a refusal for the quota, or for the user, is told as that', () => {
    const refused = (errorClass: 'Quota' | 'NotFound') =>
      step?.refused?.(
        nothing,
        Object.assign(new Error(), { class: errorClass, code: '', call: '', definite: true }),
      );
    expect(planOf(selfOf(), refused('Quota') ?? nothing)).toMatchObject({
      calls: [],
      reason: 'QuotaExceeded',
    });
    expect(planOf(selfOf(), refused('NotFound') ?? nothing)).toMatchObject({ calls: [], reason: 'NotFound' });
  });
});

describe('the key before', () => {
  const spec = { overlap: '24h', maxOverlap: '100h' };

  it.each<[string, Seen, string[], number | undefined]>([
    ['that was never used is retired after the overlap', twoKeys(), retire('AKIAOLD'), undefined],
    ['that was used longer ago than the overlap, too', twoKeys({}, 24), retire('AKIAOLD'), undefined],
    ['that is in use stays until it has been unused for so long', twoKeys({}, 23), [], 1],
    [
      'stays for the overlap, used or not',
      twoKeys({ keys: [key('AKIAOLD', 900), key('AKIANOW', 23)] }),
      [],
      1,
    ],
    [
      'that is always in use is retired all the same, in the end',
      twoKeys({
        keys: [
          key('AKIAOLD', 900, { lastUsed: { time: now, service: 's3', region: 'x' } }),
          key('AKIANOW', 100),
        ],
      }),
      retire('AKIAOLD'),
      undefined,
    ],
    [
      'that is deactivated already is only deleted',
      twoKeys({ keys: [key('AKIAOLD', 900, { active: false }), key('AKIANOW', 30)] }),
      ['iam:DeleteAccessKey AKIAOLD'],
      undefined,
    ],
  ])('%s', (_, seen, expected, inHours) => {
    expect(planOf(selfOf(spec), seen)).toMatchObject({ calls: expected, inHours });
  });

  it('gives way at once where the Secret is lost, for nobody could be given a key else', () => {
    const seen = twoKeys({ secret: undefined }, 0);
    const [step, ...more] = diff(selfOf(spec), seen, context).steps;
    expect(more).toEqual([]);
    expect(step).toMatchObject({ call: 'iam:DeleteAccessKey', field: 'secret', warns: true });
    const after = step?.fold(seen, {}) ?? seen;
    expect(after.keys?.map(({ id }) => id)).toEqual(['AKIANOW']);
    const [make] = diff(selfOf(spec), after, context).steps;
    expect(make).toMatchObject({ call: 'iam:CreateAccessKey', expected: true });
    const made =
      make?.fold(after, { AccessKey: { AccessKeyId: 'AKIANEW', CreateDate: new Date(now) } }) ?? after;
    const whole = diff(selfOf(spec), made, context).steps[0]?.fold(made, secret('AKIANEW')) ?? made;
    expect(whole).toMatchObject({ current: 'AKIANEW', previous: 'AKIANOW' });
    expect(calls(selfOf(spec), whole)).toEqual([]);
  });

  it('is waited for where a fresh one is only asked for', () => {
    const self = selfOf({ ...spec, rotateNow: 'b' });
    expect(planOf(self, twoKeys({ rotatedToken: 'a' }, 0))).toMatchObject({
      calls: [],
      reason: 'Pending',
      inHours: 24,
    });
    expect(calls(self, twoKeys({ rotatedToken: 'a' }))).toEqual(retire('AKIAOLD'));
  });
});

describe("somebody else's key", () => {
  const theirs = [key('AKIATHEIRS', 9), key('AKIAOTHERS', 8)];

  it('is left alone, and named where there is no room beside it', () => {
    expect(planOf(selfOf(), { ...nothing, keys: theirs })).toMatchObject({
      calls: [],
      reason: 'QuotaExceeded',
      message: expect.stringContaining('AKIATHEIRS and AKIAOTHERS are not this object'),
    });
    const [one] = theirs;
    const beside = delivered(1, { keys: [...(one ? [one] : []), key('AKIANOW', 1)] });
    expect(calls(selfOf(), beside)).toEqual([]);
    expect(planOf(selfOf({ rotateNow: 'b' }), beside)).toMatchObject({ calls: [], reason: 'QuotaExceeded' });
  });

  it('does not keep an object without a key from having one: its own gives way', () => {
    const [one] = theirs;
    const beside = delivered(1, { keys: [...(one ? [one] : []), key('AKIANOW', 1)], secret: undefined });
    expect(calls(selfOf(), beside)).toEqual(['iam:DeleteAccessKey AKIANOW']);
  });
});

describe('what got lost on the way', () => {
  const attempt = { time: at(0.1), before: ['AKIATHEIRS'] };

  it('is deleted, and the record closed', () => {
    const seen = { ...nothing, attempt, keys: [key('AKIATHEIRS', 9), key('AKIALOST', 0.1)] };
    const [step] = diff(selfOf(), seen, context).steps;
    expect(step).toMatchObject({ call: 'iam:DeleteAccessKey', input: { AccessKeyId: 'AKIALOST' } });
    expect(step?.fold(seen, {})).toMatchObject({ attempt: undefined, keys: [{ id: 'AKIATHEIRS' }] });
  });

  it.each([
    ['older than the record', 0.2],
    ['so much younger that no call could have made it', -0.2],
  ])('is not a key that is %s', (_, age) => {
    const seen = { ...nothing, attempt, keys: [key('AKIAELSE', age)] };
    expect(calls(selfOf(), seen)).toEqual(create);
  });

  it('is neither of two that could be it: a Conflict names them', () => {
    const seen = {
      ...nothing,
      attempt: { ...attempt, before: [] },
      keys: [key('AKIAA', 0.1), key('AKIAB', 0.1)],
    };
    const expected = { calls: [], reason: 'Conflict', message: expect.stringContaining('AKIAA and AKIAB') };
    expect(planOf(selfOf(), seen)).toMatchObject(expected);
    expect(planOf(selfOf({}, { deleting: true }), seen)).toMatchObject(expected);
  });
});

describe('no key is made', () => {
  it.each<[string, object, Seen, string]>([
    ['of a user that does not exist', {}, { ...nothing, keys: undefined }, 'there is no user ci'],
    [
      'for a Secret that somebody made',
      {},
      { ...nothing, secret: secret('', { annotations: {}, ownerReferences: [] }) },
      'Secret app exists and was not made by mooring',
    ],
    [
      'for a Secret of another object, takeOver or not',
      { takeOver: true },
      { ...nothing, secret: secret('', { annotations: { 'mooring.dev/id': 'IAMAccessKey/shop/other' } }) },
      'Secret app exists and belongs to IAMAccessKey/shop/other',
    ],
  ])('%s', (_, spec, seen, message) => {
    const planned = planOf(selfOf(spec), seen);
    expect(planned.calls).toEqual([]);
    expect(planned.message).toContain(message);
  });

  it('but for a Secret that may be taken over, or was this name’s before', () => {
    const foreign = secret('', { annotations: {}, ownerReferences: [] });
    expect(calls(selfOf({ takeOver: true }), { ...nothing, secret: foreign })).toEqual(create);
    const before = secret('AKIAX', { ownerReferences: [] });
    const annotations = { ...before.annotations, 'mooring.dev/uid': 'u-before' };
    expect(calls(selfOf(), { ...nothing, secret: { ...before, annotations } })).toEqual(create);
  });

  it.each<[string, object, string | undefined]>([
    ['where the account names no users', {}, 'Forbidden'],
    ['where it names others', { iamAccessKey: { allowedUserNames: ['web-*'] } }, 'Forbidden'],
    ['unless it names this one', { iamAccessKey: { allowedUserNames: ['web-*', 'c*'] } }, undefined],
  ])('%s', (_, rules, reason) => {
    const ctx = { ...context, guardrails: guardrails.parse(rules) };
    expect(planOf(selfOf(), nothing, ctx)).toMatchObject({ reason, calls: reason ? [] : create });
    expect(planOf(selfOf({}, { deleting: true }), delivered(), ctx).reason).toBeUndefined();
  });

  it('where the account is not for all namespaces and names no users, whether or not it has guardrails', () => {
    const restricted = { ...context, restricted: true } as const;
    const refused = planOf(selfOf({ userName: 'Administrator' }), nothing, restricted);
    expect(refused).toMatchObject({ reason: 'Forbidden', calls: [] });
    expect(refused.message).toBe(
      'guardrails.iamAccessKey.allowedUserNames: spec.userName: no keys may be made for user Administrator; allowed: none',
    );
    const named = {
      ...restricted,
      guardrails: guardrails.parse({ iamAccessKey: { allowedUserNames: ['ci'] } }),
    };
    expect(planOf(selfOf(), nothing, named)).toMatchObject({ reason: undefined, calls: create });
  });
});

describe('where the account retains everything', () => {
  const rules = { deletionPolicy: 'Retain', iamAccessKey: { allowedUserNames: ['ci'] } };
  const ctx = { ...context, guardrails: guardrails.parse(rules) };

  it('a manifest that says Delete is Forbidden, and one that says nothing is not', () => {
    const refused = planOf(selfOf({ deletionPolicy: 'Delete' }), nothing, ctx);
    expect(refused).toMatchObject({ reason: 'Forbidden', calls: [] });
    expect(refused.message).toMatch(
      /^guardrails\.deletionPolicy: spec\.deletionPolicy: is Delete; allowed: Retain/,
    );
    expect(planOf(selfOf(), nothing, ctx)).toMatchObject({ reason: undefined, calls: create });
  });

  it.each(['Delete', undefined] as const)(
    'deleting the object with %s leaves its keys and its Secret',
    (policy) => {
      const self = selfOf(policy ? { deletionPolicy: policy } : {}, { deleting: true });
      expect(planOf(self, twoKeys(), ctx).calls).toEqual(['k8s:WriteSecret']);
    },
  );

  it('a key that was replaced is retired all the same', () => {
    expect(planOf(selfOf(), twoKeys(), ctx).calls).toEqual(retire('AKIAOLD'));
  });
});

describe('deleting the object', () => {
  const gone = { deleting: true };
  const all = [...retire('AKIAOLD'), ...retire('AKIANOW'), 'k8s:DeleteSecret'];

  it('deactivates and deletes its keys, and then the Secret; never what is not its own', () => {
    const others = twoKeys({ keys: [...(twoKeys().keys ?? []), key('AKIATHEIRS', 9)] });
    expect(calls(selfOf({}, gone), others)).toEqual(all);
    const { steps } = diff(selfOf({}, gone), others, context);
    expect(steps.every(({ destroys }) => destroys)).toBe(true);
  });

  it('leaves a Secret that is not its own', () => {
    const foreign = delivered(1, { secret: secret('', { annotations: {}, ownerReferences: [] }) });
    expect(calls(selfOf({}, gone), foreign)).toEqual(retire('AKIANOW'));
  });

  it('retained, takes the Secret from its owner and leaves the rest', () => {
    const self = selfOf({ deletionPolicy: 'Retain' }, gone);
    const [step, ...more] = diff(self, twoKeys(), context).steps;
    expect(more).toEqual([]);
    expect(step).toMatchObject({
      call: 'k8s:WriteSecret',
      input: {
        ownerReferences: [],
        annotations: { 'mooring.dev/released': 'true' },
        over: { resourceVersion: '7' },
      },
    });
    const released = secret('AKIANOW', {
      annotations: { ...secret('AKIANOW').annotations, 'mooring.dev/released': 'true' },
    });
    expect(calls(self, twoKeys({ secret: released }))).toEqual([]);
  });

  it('of a user that does not exist any more deletes the Secret', () => {
    expect(calls(selfOf({}, gone), delivered(1, { keys: undefined }))).toEqual(['k8s:DeleteSecret']);
  });
});
