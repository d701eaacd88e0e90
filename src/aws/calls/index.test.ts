import { describe, expect, expectTypeOf, it } from 'vitest';
import { step } from '../step.ts';
import { actionsOf, type CallName, calls, type InputOf, isCallName, type OutputOf } from './index.ts';

describe('the table of calls', () => {
  const names = Object.keys(calls).filter(isCallName);

  it('knows what it has and nothing else', () => {
    expect(names).toHaveLength(Object.keys(calls).length);
    expect(['ec2:RunInstances', 'toString', ''].filter(isCallName)).toEqual([]);
  });

  it('tells reads from writes as the names do', () => {
    const reads = names.filter((name) => /:(AssumeRole|Describe|Get|List|Simulate)/.test(name));
    expect(names.filter((name) => !calls[name].writes)).toEqual(reads);
    expect(reads.filter((name) => !calls[name].idempotent)).toEqual([]);
  });

  it('sends at most once what AWS cannot tell from its repetition', () => {
    expect(names.filter((name) => !calls[name].idempotent).sort()).toEqual([
      'ec2:AllocateAddress',
      'ec2:CreateImage',
      'iam:AddRoleToInstanceProfile',
      'iam:CreateAccessKey',
      'iam:CreateInstanceProfile',
      'iam:CreateRole',
      'kms:CreateAlias',
      'kms:CreateKey',
      'kms:ReplicateKey',
      'kms:RotateKeyOnDemand',
    ]);
  });

  it('gives the least privilege, sorted and once', () => {
    const used: CallName[] = [
      'ec2:DescribeAddresses',
      'ec2:AllocateAddress',
      'ec2:CreateTags',
      'sts:GetCallerIdentity',
    ];
    expect(actionsOf(used)).toEqual(['ec2:AllocateAddress', 'ec2:CreateTags', 'ec2:DescribeAddresses']);
  });

  it('types inputs and outputs', () => {
    expectTypeOf<InputOf<'ec2:AssociateAddress'>['AllocationId']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<OutputOf<'ec2:AllocateAddress'>['PublicIp']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<OutputOf<'ec2:AllocateAddress'>>().not.toHaveProperty('$metadata');
  });
});

it('a step carries its call, and folds its typed output into what is seen', () => {
  const made = step<{ ip?: string | undefined }>()('ec2:AllocateAddress', {
    input: { Domain: 'vpc' },
    why: 'there is no address',
    creates: true,
    fold: (seen, output) => ({ ...seen, ip: output.PublicIp }),
  });
  expect(made).toMatchObject({ effect: 'aws', call: 'ec2:AllocateAddress', creates: true });
  expect(made.fold({}, { PublicIp: '198.51.100.7' })).toEqual({ ip: '198.51.100.7' });
});
