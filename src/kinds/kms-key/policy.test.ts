import { describe, expect, it } from 'vitest';
import { desiredPolicy } from './policy.ts';
import { ctx, object } from './sample.test-data.ts';

const statement = { Effect: 'Allow', Action: 'kms:*', Resource: '*' };
const refused = (spec: object): unknown => {
  const self = object(spec);
  return desiredPolicy(self.spec, 'spec', self, ctx);
};
const saying = (message: string) => ({ state: 'blocked', blocked: { reason: 'InvalidSpec', message } });

describe('a statement that is wrong is named as it was written', () => {
  it.each<[string, object, string]>([
    [
      'of extraStatements, without a principal',
      { access: { users: [{ arn: 'arn:aws:iam::111122223333:role/a' }], extraStatements: [statement] } },
      'spec.access: extraStatements[0] has no Principal: each statement of a key policy needs one',
    ],
    [
      'of policy, without a principal',
      { policy: { Statement: [{ ...statement, Principal: '*' }, statement] } },
      'spec.policy: Statement[1] has no Principal: each statement of a key policy needs one',
    ],
  ])('%s', (_, spec, message) => {
    expect(refused(spec)).toEqual(saying(message));
  });

  it('of extraStatements, with an element that there is not', () => {
    const extraStatements = [
      { ...statement, Principal: '*' },
      { ...statement, Principal: '*', action: 'x' },
    ];
    expect(refused({ access: { extraStatements } })).toMatchObject({
      blocked: { message: expect.stringMatching(/^spec.access: extraStatements\[1\]/) },
    });
  });
});
