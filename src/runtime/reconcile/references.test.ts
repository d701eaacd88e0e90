import { describe, expect, it } from 'vitest';
import { WidgetAws, widgetKind } from '../../../test/support/widget.ts';
import type { Reference } from '../../core/context.ts';
import { type CommonStatus, keyOf, type Resource } from '../../core/resource.ts';
import type { Informer } from '../informer/informer.ts';
import type { Change } from '../informer/store.ts';
import { createReferenceIndex } from './references.ts';

const object = (name: string, status?: CommonStatus, namespace?: string): Resource => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'Widget',
  metadata: {
    name,
    ...(namespace === undefined ? {} : { namespace }),
    uid: `u-${name}`,
    resourceVersion: '1',
  },
  ...(status ? { status } : {}),
});

const ready: CommonStatus = {
  conditions: [{ type: 'Ready', status: 'True', reason: 'X', message: '', lastTransitionTime: 't' }],
};

function index(...objects: readonly Resource[]) {
  const handlers = new Set<(change: Change<Resource>) => void>();
  const informer: Informer<Resource> = {
    start: () => {},
    stop: async () => {},
    synced: true,
    whenSynced: async () => {},
    get: (key) => objects.find(({ metadata }) => keyOf(metadata) === key),
    list: () => objects,
    size: objects.length,
    observeWrite: () => {},
    onChange(handler) {
      handlers.add(handler);
      return () => void handlers.delete(handler);
    },
  };
  const requeued: string[] = [];
  const references = createReferenceIndex(
    [{ kind: widgetKind({ aws: new WidgetAws() }), informer }],
    ({ name }) => {
      requeued.push(name);
    },
  );
  const tell = (type: Change<Resource>['type'], after: Resource, before?: Resource) => {
    const change = {
      type,
      key: keyOf(after.metadata),
      object: after,
      ...(before ? { previous: before } : {}),
    };
    for (const handler of handlers) handler(change);
  };
  return { references, requeued, tell };
}

const referrer: Reference = { kind: 'Gadget', namespace: 'shop', name: 'g' };
const wanted: Reference = { kind: 'Widget', namespace: 'shop', name: 'one' };

describe('what an object refers to', () => {
  it('is resolved as far as it exists, with whether it is ready', () => {
    const { references } = index(object('one', ready, 'shop'), object('two', {}, 'shop'));
    const found = references.resolve(referrer, [
      wanted,
      { ...wanted, name: 'two' },
      { ...wanted, name: 'none' },
    ]);
    expect([...found]).toEqual([
      ['Widget/shop/one', { ready: true, status: ready }],
      ['Widget/shop/two', { ready: false, status: {} }],
    ]);
  });

  it('may be cluster-scoped', () => {
    const { references } = index(object('one', ready));
    expect([...references.resolve(referrer, [{ ...wanted, namespace: '' }]).keys()]).toEqual(['Widget//one']);
  });

  it('is nothing of a kind that nobody watches', () => {
    expect(index().references.resolve(referrer, [{ ...wanted, kind: 'Unknown' }]).size).toBe(0);
  });
});

describe('an object is reconciled again', () => {
  const one = object('one', ready, 'shop');
  it.each<[string, Change<Resource>['type'], Resource, Resource | undefined, boolean]>([
    ['when what it refers to appears', 'added', one, undefined, true],
    ['when it goes', 'deleted', one, one, true],
    ['when its status changes', 'modified', object('one', {}, 'shop'), one, true],
    ['not when something else of it changes', 'modified', structuredClone(one), one, false],
    ['not when another object changes', 'added', object('two', ready, 'shop'), undefined, false],
  ])('%s', (_, type, after, before, again) => {
    const { references, requeued, tell } = index();
    references.resolve(referrer, [wanted]);
    tell(type, after, before);
    expect(requeued).toEqual(again ? ['g'] : []);
  });

  it('not for what it no longer refers to, is forgotten with, or after the end', () => {
    const { references, requeued, tell } = index();
    references.resolve(referrer, [wanted]);
    references.resolve(referrer, []);
    tell('added', one);
    references.resolve(referrer, [wanted]);
    references.forget(referrer);
    tell('added', one);
    references.resolve(referrer, [wanted]);
    references.close();
    tell('added', one);
    expect(requeued).toEqual([]);
  });
});
