import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ResourceDefinition } from './crd/definition.ts';
import { asObject, ifUnchanged, importableTags, type Rendered, whoseAlready } from './import.ts';
import { blocked, inSync, type Plan, type Step } from './plan.ts';

const definition: ResourceDefinition<{ size: number }, object> = {
  kind: 'Widget',
  plural: 'widgets',
  singular: 'widget',
  shortNames: [],
  scope: 'Namespaced',
  description: '',
  spec: z.object({ size: z.int().max(3).default(1) }),
  status: z.object({}),
  rules: [],
  printerColumns: [],
};

const step = (call: string, input: object): Step<object> => ({
  effect: 'aws',
  call,
  input,
  why: 'because',
  fold: (seen) => seen,
});
const ofKeys = (...keys: string[]) => ({ Tags: keys.map((Key) => ({ Key, Value: 'x' })) });
const given: Rendered = { spec: { size: 2 }, notes: ['a note'] };
const judge = (plan: Plan<object>, rendered = given) =>
  ifUnchanged(definition, rendered, ['ec2:CreateTags', 'kms:TagResource'], () => plan);

describe('what was rendered', () => {
  it.each([
    ['nothing', inSync],
    ['its tags', { steps: [step('ec2:CreateTags', ofKeys('mooring.dev/id', 'mooring.dev/uid'))] }],
    [
      'its tags in KMS',
      { steps: [step('kms:TagResource', { Tags: [{ TagKey: 'mooring.dev/id', TagValue: 'x' }] })] },
    ],
  ])('is given where the plan is %s', async (_, plan) => {
    expect(await judge(plan)).toBe(given);
  });

  it.each<[string, Plan<object>, string]>([
    [
      'another call',
      { steps: [step('ec2:CreateTags', ofKeys('mooring.dev/id')), step('ec2:Associate', {})] },
      'a manifest of it would change it: ec2:Associate: because',
    ],
    [
      'a tag of its own',
      { steps: [step('ec2:CreateTags', ofKeys('mooring.dev/id', 'team'))] },
      'a manifest of it would change it: ec2:CreateTags: because',
    ],
    [
      'tags that are not to be read',
      { steps: [step('ec2:CreateTags', {})] },
      'a manifest of it would change it: ec2:CreateTags: because',
    ],
    ['to wait', blocked('Pending', 'it is being made'), 'it is being made'],
  ])('is left out where the plan has %s', async (_, plan, reason) => {
    expect(await judge(plan)).toEqual({ reason });
  });

  it('is left out where the schema refuses it, and nothing is planned', async () => {
    const plan = () => expect.unreachable();
    expect(await ifUnchanged(definition, { spec: { size: 4 }, notes: [] }, [], plan)).toEqual({
      reason: expect.stringMatching(/^no manifest can say what it is: spec\.size: /),
    });
    expect(await ifUnchanged(definition, { reason: 'gone' }, [], plan)).toEqual({ reason: 'gone' });
  });

  it('is an object with the defaults of its kind, that nobody has looked at yet', () => {
    expect(asObject(definition, {})).toMatchObject({ spec: { size: 1 }, status: {}, deleting: false });
  });
});

describe('whose a resource is already', () => {
  it.each([
    [{}, undefined],
    [{ team: 'web', 'aws:x': 'y' }, undefined],
    [
      { 'mooring.dev/id': 'Image/web/x', 'mooring.dev/cluster': 'blue' },
      'it belongs to Image/web/x of cluster blue by its mooring.dev tags',
    ],
    [{ 'mooring.dev/uid': 'u' }, 'it belongs to an unnamed object (uid u) by its mooring.dev tags'],
  ])('%j', (tags, whose) => {
    expect(whoseAlready(tags)).toBe(whose);
  });
});

describe('tags', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`k${n}`, 'v']));

  it('are given in order, under the field’s name, and none where there are none', () => {
    expect(importableTags({ b: '2', a: '' })).toEqual({ spec: { tags: { a: '', b: '2' } }, notes: [] });
    expect(importableTags({ a: '1' }, 'snapshotTags').spec).toEqual({ snapshotTags: { a: '1' } });
    expect(importableTags({})).toEqual({ spec: {}, notes: [] });
  });

  it('that a manifest cannot give are named', () => {
    expect(
      importableTags({
        'aws:cloudformation:stack-name': 'x',
        owner: 'a, b',
        'a(b)': '1',
        'Mooring.dev/x': '1',
        ok: '1',
      }),
    ).toEqual({
      spec: { tags: { ok: '1' } },
      notes: [
        'tags that a manifest cannot give, and so leaves: Mooring.dev/x, a(b), aws:cloudformation:stack-name, owner',
      ],
    });
  });

  it('leave room for those that say whose it is, AWS’s own not counted', () => {
    expect(importableTags({ ...many(44), 'aws:x': '1' }).reason).toBeUndefined();
    expect(importableTags(many(45)).reason).toContain('it has 45 tags, and AWS allows 50');
  });
});
