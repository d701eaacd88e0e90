import { describe, expect, it } from 'vitest';
import { AwsError, type ErrorClass } from '../../core/errors.ts';
import { tagKeys } from '../../core/identity.ts';
import { diff } from './diff.ts';
import { awsPolicy, ctx, known, object, profile, seen } from './sample.test-data.ts';

const none = { role: undefined };
const plan = (status: object) => diff(object({}, { status }), seen(none), ctx);
const refusal = (errorClass: ErrorClass, code: string, message: string) =>
  new AwsError({ class: errorClass, code, call: 'iam:CreateRole', message, definite: true });

describe('a role is made', () => {
  it('with all that the call can carry, the intent’s token included', () => {
    const [step] = diff(
      object({
        description: 'x',
        maxSessionDuration: '2h',
        path: '/t/',
        permissionsBoundary: awsPolicy('B'),
      }),
      seen(none),
      { ...ctx, defaultTags: { Team: 'a', owner: 'p' } },
    ).steps;
    expect(step).toMatchObject({
      creates: true,
      input: {
        RoleName: 'web',
        Path: '/t/',
        Description: 'x',
        MaxSessionDuration: 7_200,
        PermissionsBoundary: awsPolicy('B'),
      },
    });
    const tags = Reflect.get(step?.input ?? {}, 'Tags');
    expect(tags).toContainEqual({ Key: tagKeys.creation, Value: 't-new' });
    expect(tags).toContainEqual({ Key: 'owner', Value: 'p' });
  });

  it('anew where it is gone, with a Warning that tells the old id', () => {
    expect(plan(known).steps[0]).toMatchObject({ warns: true, event: 'RoleReplaced' });
    expect(plan(known).steps[0]?.why).toContain('AROA1');
  });

  it.each<[string, AwsError, string]>([
    ['the name is taken after all', refusal('Conflict', 'EntityAlreadyExists', 'x'), 'Pending'],
    [
      'a principal is not seen yet',
      refusal('Transient', 'MalformedPolicyDocument', 'Invalid principal in policy: "AWS":"x"'),
      'DependencyNotReady',
    ],
  ])('%s: it is looked at again, and not failed', (_, error, reason) => {
    const [step] = plan({}).steps;
    const learned = step?.refused?.(seen(none), error);
    expect(learned && diff(object(), learned, ctx)).toMatchObject({ steps: [], blocked: { reason } });
  });

  it.each([
    ['AddRoleToInstanceProfile', 'Instance Profile web cannot be found.'],
    ['AddRoleToInstanceProfile', 'The role with name web cannot be found.'],
    ['AttachRolePolicy', 'The role with name web cannot be found.'],
  ])('%s comes too early (%s): it is looked at again, and not failed', (call, message) => {
    const self = object({ instanceProfile: {}, managedPolicies: ['A'] });
    const found = seen({ profiles: [profile({ roles: [] })] });
    const step = diff(self, found, ctx).steps.find((one) => one.call === `iam:${call}`);
    const learned = step?.refused?.(found, refusal('NotFound', 'NoSuchEntity', message));
    expect(learned && diff(self, learned, ctx)).toMatchObject({ steps: [], blocked: { reason: 'Pending' } });
  });

  it('not for a policy that does not exist', () => {
    const [step] = diff(object({ managedPolicies: ['A'] }), seen(), ctx).steps;
    const message = `Policy ${awsPolicy('A')} does not exist or is not attachable.`;
    expect(step?.refused?.(seen(), refusal('NotFound', 'NoSuchEntity', message))).toBeUndefined();
  });

  it('not for a document that is malformed indeed', () => {
    const [step] = plan({}).steps;
    expect(
      step?.refused?.(seen(none), refusal('Invalid', 'MalformedPolicyDocument', 'Syntax')),
    ).toBeUndefined();
  });
});
