import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../../core/resource.ts';
import { compareResourceVersions, ObjectStore } from './store.ts';

const thing = (name: string, version: number, uid = `uid-${name}`): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Thing',
  metadata: { name, uid, resourceVersion: String(version) },
});

function listed(version: number, ...objects: KubernetesObject[]): ObjectStore<KubernetesObject> {
  const store = new ObjectStore<KubernetesObject>({ selective: false });
  const pass = store.list(String(version));
  pass.page(objects);
  pass.end();
  return store;
}
const versionOf = (store: ObjectStore<KubernetesObject>, key: string) =>
  store.get(key)?.metadata.resourceVersion;

describe('what our own writes returned', () => {
  it('is known at once, and not undone by older events that follow', () => {
    const store = listed(10, thing('a', 5));
    expect(store.observe(thing('a', 15))).toMatchObject([{ type: 'modified', key: 'a' }]);
    expect(store.put(thing('a', 12))).toEqual([]);
    expect(store.put(thing('a', 15))).toEqual([]);
    expect(versionOf(store, 'a')).toBe('15');
  });

  it('is ignored when the watch has told something newer', () => {
    const store = listed(10, thing('a', 5));
    store.put(thing('a', 15));
    expect(store.observe(thing('a', 12))).toEqual([]);
    expect(versionOf(store, 'a')).toBe('15');
  });

  it('does not bring back what the watch has told the end of', () => {
    const store = listed(10, thing('a', 5));
    store.remove(thing('a', 16));
    expect(store.observe(thing('a', 15))).toEqual([]);
    expect(store.size).toBe(0);
  });

  it('does not outlive a deletion that arrives after it', () => {
    const store = listed(10, thing('a', 5));
    store.observe(thing('a', 15));
    expect(store.remove(thing('a', 12))).toMatchObject([{ type: 'deleted', key: 'a' }]);
  });

  it('is kept when what a late deletion is of had been made anew', () => {
    const store = listed(10, thing('a', 5, 'first'));
    store.observe(thing('a', 15, 'second'));
    expect(store.remove(thing('a', 12, 'first'))).toEqual([]);
    expect(versionOf(store, 'a')).toBe('15');
  });

  it('adds an object not known yet, unless a selector may exclude it', () => {
    expect(listed(10).observe(thing('a', 15))).toMatchObject([{ type: 'added' }]);
    expect(new ObjectStore<KubernetesObject>({ selective: true }).observe(thing('a', 15))).toEqual([]);
  });

  it('survives a list that shows the state before it', () => {
    const store = listed(10, thing('a', 5));
    const pass = store.list('12');
    pass.page([thing('a', 5)]);
    store.observe(thing('a', 13));
    store.observe(thing('b', 14));
    expect(pass.end()).toEqual([]);
    expect([versionOf(store, 'a'), versionOf(store, 'b')]).toEqual(['13', '14']);
  });
});

it('ends as the API server is, in whatever order replies and events cross', () => {
  /** A history of one object; each write's reply is observed some events late or early. */
  const step = fc.record({ deletes: fc.boolean(), lag: fc.integer({ min: -3, max: 3 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const deliveries: { at: number; run: (store: ObjectStore<KubernetesObject>) => void }[] = [];
      let uid = 0;
      let alive = false;
      steps.forEach(({ deletes, lag }, index) => {
        const ends = alive && deletes;
        if (!alive) uid += 1;
        const object = thing('a', 100 + index, String(uid));
        deliveries.push({ at: index, run: (store) => (ends ? store.remove(object) : store.put(object)) });
        if (!ends) deliveries.push({ at: index + lag + 0.5, run: (store) => store.observe(object) });
        alive = !ends;
      });
      const store = listed(50);
      for (const { run } of deliveries.toSorted((a, b) => a.at - b.at)) run(store);
      const last = steps.length - 1;
      expect(versionOf(store, 'a')).toBe(alive ? String(100 + last) : undefined);
    }),
  );
});

it('compares resourceVersions of any length as integers', () => {
  expect(compareResourceVersions('10', '9')).toBeGreaterThan(0);
  expect(compareResourceVersions('9007199254740993', '9007199254740992')).toBeGreaterThan(0);
  expect(compareResourceVersions('7', '7')).toBe(0);
  expect(compareResourceVersions('18446744073709551615', '20')).toBeGreaterThan(0);
});
