import { describe, expect, it } from 'vitest';
import { AwsError, type ErrorClass, LeadershipLost } from '../../core/errors.ts';
import { ScopeRefused } from '../../core/scope-refused.ts';
import { KubernetesError } from '../kubernetes/kubernetes.ts';
import { failureOf } from './outcome.ts';
import { InvalidSpec } from './self.ts';

const slowly = { when: 'after', milliseconds: 300_000 };

describe('what a failure means for the object and when it is looked at again', () => {
  it.each<[ErrorClass, string, object]>([
    ['Throttled', 'Throttled', { when: 'backoff' }],
    ['Transient', 'AwsUnavailable', { when: 'backoff' }],
    ['Denied', 'AccessDenied', slowly],
    ['Unauthenticated', 'InvalidCredentials', slowly],
    ['Quota', 'QuotaExceeded', slowly],
    ['Conflict', 'Conflict', { when: 'backoff' }],
    ['NotFound', 'NotFound', { when: 'backoff' }],
    ['Invalid', 'InvalidSpec', { when: 'changed' }],
  ])('AWS says %s: %s, naming the call', (errorClass, reason, requeue) => {
    const error = new AwsError({
      class: errorClass,
      code: 'X',
      call: 'ec2:X',
      message: 'no',
      definite: true,
    });
    expect(failureOf(error)).toEqual({ blocked: { reason, message: 'ec2:X: no' }, requeue });
  });

  it.each<[string, unknown, object]>([
    [
      'a spec that its kind refuses',
      new InvalidSpec('spec.x: no'),
      { blocked: { reason: 'InvalidSpec', message: 'spec.x: no' }, requeue: { when: 'changed' } },
    ],
    [
      'an account it may not use',
      new ScopeRefused('AccountNotAllowed', 'no'),
      { blocked: { reason: 'AccountNotAllowed', message: 'no' }, requeue: slowly },
    ],
    ['leadership lost: nobody is told', new LeadershipLost(), { requeue: { when: 'changed' } }],
    [
      'Kubernetes: the object is not at fault',
      new KubernetesError({ status: 409, reason: 'Conflict', message: 'x' }),
      { requeue: { when: 'backoff' } },
    ],
    [
      'a bug',
      new TypeError('x is\n undefined'),
      {
        blocked: { reason: 'InternalError', message: 'x is undefined' },
        requeue: { when: 'backoff' },
        unexpected: true,
      },
    ],
    [
      'what is no error at all',
      'text',
      {
        blocked: { reason: 'InternalError', message: 'text' },
        requeue: { when: 'backoff' },
        unexpected: true,
      },
    ],
  ])('%s', (_, error, failure) => {
    expect(failureOf(error)).toEqual(failure);
  });
});
