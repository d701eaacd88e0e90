import { describe, expect, it } from 'vitest';
import type { Step } from '../core/plan.ts';
import type { PlannedObject } from '../runtime/plan/plan-object.ts';
import { asJson, asText, exitCodeOf } from './plan-output.ts';

const step = (call: string, why: string, more: Partial<Step<unknown>> = {}): Step<unknown> => ({
  effect: 'aws',
  call,
  why,
  input: { Domain: 'vpc' },
  fold: (seen) => seen,
  ...more,
});
const object = (name: string, more: Partial<PlannedObject> = {}): PlannedObject => ({
  kind: 'ElasticIP',
  namespace: 'shop',
  name,
  steps: [],
  ...more,
});

const fine = object('fine');
const absent = object('absent', {
  steps: [
    step('ec2:AllocateAddress', 'there is none', { creates: true }),
    step('ec2:CreateTags', 'set team', { region: 'eu-west-1', field: 'tags' }),
  ],
});
const waiting = object('waiting', { blocked: { reason: 'NoHealthyInstance', message: 'none is healthy' } });
const denied = object('denied', { failed: { reason: 'AccessDenied', message: 'ec2:DescribeAddresses: no' } });

describe('the exit code', () => {
  it.each<[string, PlannedObject[], number]>([
    ['nothing is there', [], 0],
    ['all is as declared', [fine], 0],
    ['something differs', [fine, absent], 3],
    ['something waits', [waiting], 3],
    ['something cannot be judged', [absent, denied], 1],
    ['something is paused', [object('paused', { held: 'paused' })], 0],
  ])('where %s', (_, planned, expected) => {
    expect(exitCodeOf(planned)).toBe(expected);
  });
});

describe('for people', () => {
  it('each call has its reason, and what is as declared is only counted', () => {
    const held = object('watched', { held: 'observed', steps: [step('ec2:CreateTags', 'set team')] });
    expect(asText([fine, absent, waiting, denied, held])).toBe(`ElasticIP shop/absent
  ec2:AllocateAddress  there is none
  ec2:CreateTags       set team (in eu-west-1)

ElasticIP shop/waiting
  not ready: NoHealthyInstance: none is healthy

ElasticIP shop/denied
  cannot be judged: AccessDenied: ec2:DescribeAddresses: no

ElasticIP shop/watched  (managementPolicy is Observe: nothing is done)
  ec2:CreateTags       set team

5 objects, 1 as declared, 4 not
`);
  });

  it('of nothing it says so', () => {
    expect(asText([])).toBe('0 objects, 0 as declared, 0 not\n');
  });
});

it('for machines, it has what each call is made with', () => {
  expect(JSON.parse(asJson([absent, waiting]))).toEqual({
    objects: [
      {
        kind: 'ElasticIP',
        namespace: 'shop',
        name: 'absent',
        steps: [
          { call: 'ec2:AllocateAddress', why: 'there is none', creates: true, input: { Domain: 'vpc' } },
          {
            call: 'ec2:CreateTags',
            region: 'eu-west-1',
            field: 'tags',
            why: 'set team',
            input: { Domain: 'vpc' },
          },
        ],
      },
      {
        kind: 'ElasticIP',
        namespace: 'shop',
        name: 'waiting',
        steps: [],
        blocked: { reason: 'NoHealthyInstance', message: 'none is healthy' },
      },
    ],
  });
});
