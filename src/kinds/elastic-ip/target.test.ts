import { describe, expect, it } from 'vitest';
import type { Instance } from '../../aws/readers/instances.ts';
import { diff } from './diff.ts';
import { ctx, known, object, seen } from './sample.test-data.ts';
import { observeTarget, type PlaceReaders } from './target.ts';

const instance = (more: Partial<Instance> = {}): Instance => ({
  id: 'i-0123abcd',
  state: 'running',
  tags: {},
  interfaces: [],
  ...more,
});

const readersOf = (found: Instance | undefined): PlaceReaders => ({
  instances: { byId: async () => found, byTags: async () => (found ? [found] : []) },
  interfaces: { byId: async () => undefined },
  health: async () => undefined,
  borderGroups: () => Promise.reject(new Error('nobody needs the zones')),
});

describe('a place that the manifest names and that the address cannot have', () => {
  it.each<[string, Instance | undefined, object, string]>([
    ['does not exist', undefined, {}, 'i-0123abcd does not exist (yet)'],
    [
      'is gone: AWS shows a terminated instance for an hour, without its interfaces',
      instance({ state: 'terminated' }),
      {},
      'i-0123abcd is terminated',
    ],
    [
      'lacks the private address',
      instance(),
      { privateIpAddress: '10.0.0.9' },
      'the private address 10.0.0.9 of i-0123abcd does not exist (yet)',
    ],
  ])('%s', async (_, found, more, message) => {
    const association = { instanceId: 'i-0123abcd', ...more };
    const self = object({ association }, { status: known });
    const target = await observeTarget(self.spec.association, readersOf(found), false);
    expect(diff(self, seen({ target }), ctx).blocked).toEqual({ reason: 'DependencyNotReady', message });
  });
});
