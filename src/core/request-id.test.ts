import { expect, it } from 'vitest';
import { requestIdOf } from './request-id.ts';

it.each<[string, unknown, string | undefined]>([
  ['beside the answer', { AllocationId: 'a', $metadata: { requestId: 'r-1' } }, 'r-1'],
  ['not there', { $metadata: {} }, undefined],
  ['of no answer', undefined, undefined],
  ['of what is no text', { $metadata: { requestId: 7 } }, undefined],
])("a request's id: %s", (_, answer, expected) => {
  expect(requestIdOf(answer)).toBe(expected);
});
