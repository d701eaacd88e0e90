import { describe, expect, it } from 'vitest';
import { type WidgetAws, widgetKind } from '../../../test/support/widget.ts';
import { type WidgetOperatorOptions, widgetOperator } from '../../../test/support/widget-operator.ts';
import { AwsError } from '../../core/errors.ts';
import type { Sample } from '../../core/gauges.ts';
import { finalizer, ownershipTags, tagKeys } from '../../core/identity.ts';
import type { AnyKind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { sweep } from './sweep.ts';

async function swept(operator: ReturnType<typeof widgetOperator>) {
  return await sweep(operator.reconciler, [...operator.objects.stored.values()]);
}

/** `names` that are Ready, with all calls so far forgotten. */
async function ready(names: readonly string[], options: WidgetOperatorOptions = {}) {
  const operator = widgetOperator(options);
  for (const name of names) {
    operator.apply({}, name);
    await operator.reconcile(name);
  }
  operator.aws.looks = 0;
  operator.aws.calls.length = 0;
  operator.objects.writes.length = 0;
  return operator;
}

const change = (operator: ReturnType<typeof widgetOperator>, id: string, size: number): void => {
  const widget = operator.aws.widgets.get(id);
  if (widget) operator.aws.widgets.set(id, { ...widget, size });
};

describe('a sweep', () => {
  it('of what is as declared is one listing: no look and no write an object', async () => {
    const names = Array.from({ length: 450 }, (_, index) => `w${index}`);
    const operator = await ready(names);
    expect(await swept(operator)).toMatchObject({ differing: [], listed: 450, orphans: [], unlisted: [] });
    expect(operator.aws).toMatchObject({ lists: 1, looks: 0, calls: [] });
    expect(operator.objects.writes).toEqual([]);
  });

  it('names what differs, and touches nothing', async () => {
    const operator = await ready(['a', 'b', 'c']);
    change(operator, 'w-2', 9);
    expect((await swept(operator)).differing).toEqual(['shop/b']);
    expect(operator.aws.calls).toEqual([]);
    expect(operator.objects.writes).toEqual([]);
  });

  it('concludes nothing from absence: what is not listed is to be looked at, and counted as missing', async () => {
    const operator = await ready(['a', 'b']);
    operator.aws.widgets.delete('w-1');
    const result = await swept(operator);
    expect(result.differing).toEqual(['shop/a']);
    expect(result.missing).toMatchObject([{ total: 2, keys: ['shop/a'] }]);
  });

  it('does not count as missing what was never there', async () => {
    const operator = await ready([]);
    operator.apply({}, 'new');
    const result = await swept(operator);
    expect(result.differing).toEqual(['shop/new']);
    expect(result.missing).toMatchObject([{ total: 1, keys: [] }]);
  });

  it('names what is as declared but has another status to be written', async () => {
    const operator = await ready(['a']);
    const object = operator.get('a');
    if (object) operator.objects.put({ ...object, status: { ...object.status, observedGeneration: 0 } });
    expect((await swept(operator)).differing).toEqual(['shop/a']);
  });

  it('leaves out what is paused, and what is being deleted', async () => {
    const operator = await ready(['a', 'b']);
    change(operator, 'w-1', 9);
    change(operator, 'w-2', 9);
    operator.annotate('paused', 'true', 'a');
    operator.remove('b');
    expect(operator.get('b')?.metadata.finalizers).toEqual([finalizer]);
    expect((await swept(operator)).differing).toEqual([]);
  });

  it('leaves out what AWS refused as invalid until its manifest changes', async () => {
    const operator = await ready([]);
    operator.apply({ size: 'large' }, 'a');
    operator.apply({ size: 5 }, 'b');
    operator.aws.failNext('widget:Create', { class: 'Invalid', definite: true });
    await operator.reconcile('a');
    await operator.reconcile('b');
    expect((await swept(operator)).differing).toEqual([]);
    operator.apply({ size: 6 }, 'b');
    expect((await swept(operator)).differing).toEqual(['shop/b']);
  });

  it('names only once what it cannot parse or place: the reconcile says what is wrong', async () => {
    const operator = await ready([]);
    operator.apply({ size: 'large' }, 'a');
    expect((await swept(operator)).differing).toEqual(['shop/a']);
  });

  it('in Observe mode names what drifted since status told of it, and only then', async () => {
    const operator = await ready([]);
    operator.existingWidget('a', 1);
    operator.apply({ managementPolicy: 'Observe' }, 'a');
    await operator.reconcile('a');
    expect((await swept(operator)).differing).toEqual([]);
    change(operator, 'w-a', 9);
    expect((await swept(operator)).differing).toEqual(['shop/a']);
    await operator.reconcile('a');
    expect((await swept(operator)).differing).toEqual([]);
  });
});

describe('a bulk listing that is denied', () => {
  it('leaves each of the scope’s objects to be looked at by itself, and says why', async () => {
    const operator = await ready(['a', 'b']);
    operator.aws.failNext('widget:List', { class: 'Denied', definite: true });
    const result = await swept(operator);
    expect(result.differing).toEqual(['shop/a', 'shop/b']);
    expect(result.missing).toEqual([]);
    expect(result.unlisted).toMatchObject([
      { scope: '123456789012/eu-central-1', error: { class: 'Denied' } },
    ]);
  });

  it('in one account takes nothing from the sweep of another', async () => {
    const operator = await ready(['a', 'b']);
    const { scope } = operator.where;
    const resolvePlacement = async () => ({
      scope: scopes++ === 0 ? { ...scope, account: '999999999999' } : scope,
    });
    let scopes = 0;
    operator.aws.failNext('widget:List', { class: 'Denied', definite: true });
    const result = await sweep({ ...operator.reconciler, resolvePlacement }, [
      ...operator.objects.stored.values(),
    ]);
    expect(result.differing).toEqual(['shop/a']);
    expect(result.listed).toBe(2);
  });

  it('for one object only, that needs a further look, makes that one alone unjudged', async () => {
    const operator = await ready(['a', 'b']);
    const { kind } = operator.reconciler;
    const failing: AnyKind = {
      ...kind,
      async list(scope) {
        const listing = await kind.list(scope);
        return {
          ...listing,
          async observe(self, ctx) {
            if (self.identity.name === 'a') operator.aws.byIdentity('of its instance');
            return await listing.observe(self, ctx);
          },
        };
      },
    };
    operator.aws.failNext('widget:Describe', { class: 'NotFound', definite: true });
    const objects = [...operator.objects.stored.values()];
    const result = await sweep({ ...operator.reconciler, kind: failing }, objects);
    expect(result.differing).toEqual(['shop/a']);
    expect(result.unlisted).toEqual([]);
  });
});

describe('resources of this cluster that belong to no object', () => {
  const left = (operator: ReturnType<typeof widgetOperator>, more: Readonly<Record<string, string>> = {}) => {
    const identity = { cluster: 'prod-eu', kind: 'Widget', namespace: 'shop', name: 'gone' };
    const tags = { ...ownershipTags({ identity, uid: 'u-gone', role: 'primary' }), ...more };
    operator.aws.widgets.set('w-gone', { id: 'w-gone', size: 1, tags });
  };

  it('are told', async () => {
    const operator = await ready(['a']);
    left(operator);
    expect((await swept(operator)).orphans).toEqual(['w-gone']);
  });

  it('are not those that a deleted object retained', async () => {
    const operator = await ready(['a']);
    left(operator, { [tagKeys.released]: 'true' });
    expect((await swept(operator)).orphans).toEqual([]);
  });

  it('are not known of where not every object is watched', async () => {
    const operator = await ready(['a']);
    left(operator);
    const objects = [...operator.objects.stored.values()];
    const result = await sweep({ ...operator.reconciler, watchesAllOf: () => false }, objects);
    expect(result.orphans).toEqual([]);
  });
});

describe('a resource without an object', () => {
  /** Widgets of which AWS tells that it is about to delete them. */
  const goingWidgets = (goes: (id: string) => Promise<boolean>) => ({
    kind: (aws: WidgetAws): AnyKind => {
      const kind = widgetKind({ aws });
      return { ...kind, list: async (scope) => ({ ...(await kind.list(scope)), goes }) };
    },
  });
  const orphans = async (goes: (id: string) => Promise<boolean>) => {
    const operator = await ready(['a'], goingWidgets(goes));
    operator.existingWidget('lost');
    return (await swept(operator)).orphans;
  };

  it('is an orphan, unless AWS is about to delete it', async () => {
    expect(await orphans(async () => false)).toEqual(['w-lost']);
    expect(await orphans(async () => true)).toEqual([]);
  });

  it('is asked about only if it has no object', async () => {
    const asked: string[] = [];
    await orphans(async (id) => asked.push(id) > 0);
    expect(asked).toEqual(['w-lost']);
  });

  it('is an orphan where AWS does not tell', async () => {
    const init = {
      class: 'Denied',
      code: 'AccessDenied',
      call: 'widget:Get',
      message: '',
      definite: true,
    } as const;
    expect(await orphans(() => Promise.reject(new AwsError(init)))).toEqual(['w-lost']);
  });
});

it('what was measured in a sweep is told', async () => {
  const told: [string, readonly Sample[]][] = [];
  const operator = await ready(['a'], {
    kind: (aws: WidgetAws): AnyKind => ({
      ...widgetKind({ aws }),
      gauges: {
        definitions: { size: { help: 'Its size', labels: [] } },
        measure: (_, seen) => [{ gauge: 'size', labels: {}, value: JSON.stringify(seen).length }],
      },
    }),
  });
  const onMeasured = ({ metadata }: Resource, samples: readonly Sample[]) =>
    void told.push([metadata.name, samples]);
  await sweep({ ...operator.reconciler, onMeasured }, [...operator.objects.stored.values()]);
  expect(told).toEqual([['a', [{ gauge: 'size', labels: {}, value: expect.any(Number) }]]]);
});
