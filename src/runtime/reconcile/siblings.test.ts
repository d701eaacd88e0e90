import { beforeEach, describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { ScriptedTransport } from '../../../test/support/scripted-transport.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { WidgetAws, widgetKind } from '../../../test/support/widget.ts';
import type { AnyKind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import { createInformer, type Informer } from '../informer/informer.ts';
import { createSiblingIndex } from './siblings.ts';

const kind: AnyKind = { ...widgetKind({ aws: new WidgetAws() }), siblings: true };
const { kind: name } = kind.definition;

let version = 0;
const widget = (called: string, created: string, status?: object, namespace = 'shop'): Resource => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: name,
  metadata: {
    name: called,
    namespace,
    uid: `u-${called}`,
    resourceVersion: String(++version),
    creationTimestamp: created,
  },
  spec: {},
  ...(status ? { status } : {}),
});
const forbidden = {
  conditions: [
    { type: 'Ready', status: 'False' as const, reason: 'Forbidden', message: '', lastTransitionTime: '' },
  ],
};
const of = (called: string, namespace = 'shop') => ({ kind: name, namespace, name: called });

describe('siblings', () => {
  let informer: Informer<Resource>;
  let requeued: string[];
  beforeEach(() => {
    requeued = [];
    informer = createInformer<Resource>({
      transport: new ScriptedTransport(),
      resource: { group: 'mooring.dev', version: 'v1alpha1', plural: kind.definition.plural },
      clock: new VirtualClock(),
      random: () => 0.5,
      logger: recordingLogger(),
    });
  });
  const index = () => createSiblingIndex([{ kind, informer }], (one) => requeued.push(one.name));

  it('are those of the namespace, oldest first, of the same second by name, from before and from since', () => {
    informer.observeWrite(widget('c', '2026-01-02T00:00:00Z'));
    informer.observeWrite(widget('b', '2026-01-01T00:00:00Z', { accountId: '111122223333' }));
    const siblings = index();
    expect(siblings.of(of('c')).map((one) => one.name)).toEqual(['b', 'c']);
    informer.observeWrite(widget('a', '2026-01-02T00:00:00Z'));
    informer.observeWrite(widget('z', '2026-01-01T00:00:00Z', undefined, 'other'));
    expect(siblings.of(of('c'))).toEqual([
      { name: 'b', accountId: '111122223333' },
      { name: 'a', accountId: undefined },
      { name: 'c', accountId: undefined },
    ]);
  });

  it('that were forbidden are looked at again when one goes, and nobody else is', () => {
    informer.observeWrite(widget('a', '2026-01-01T00:00:00Z'));
    informer.observeWrite(widget('b', '2026-01-02T00:00:00Z', forbidden));
    informer.observeWrite(widget('z', '2026-01-02T00:00:00Z', forbidden, 'other'));
    const siblings = index();
    // Deleted and made again: another object, and younger.
    const again = widget('a', '2026-01-03T00:00:00Z');
    informer.observeWrite({ ...again, metadata: { ...again.metadata, uid: 'u-again' } });
    expect(requeued).toEqual(['b']);
    expect(siblings.of(of('b')).map((one) => one.name)).toEqual(['b', 'a']);
  });

  it('that were forbidden are looked at again when another turns out to use another account', () => {
    informer.observeWrite(widget('a', '2026-01-01T00:00:00Z'));
    informer.observeWrite(widget('b', '2026-01-02T00:00:00Z', forbidden));
    index();
    informer.observeWrite(widget('a', '2026-01-01T00:00:00Z', { accountId: '999900001111' }));
    expect(requeued).toEqual(['b']);
  });

  it('change nothing by changing otherwise, and are not heard of once closed', () => {
    informer.observeWrite(widget('a', '2026-01-01T00:00:00Z'));
    informer.observeWrite(widget('b', '2026-01-02T00:00:00Z', forbidden));
    const siblings = index();
    informer.observeWrite(widget('a', '2026-01-01T00:00:00Z', { conditions: [] }));
    siblings.close();
    informer.observeWrite(widget('a', '2026-01-01T00:00:00Z', { accountId: '999900001111' }));
    expect(requeued).toEqual([]);
  });

  it('are nobody’s business where the kind does not ask', () => {
    const { siblings: _, ...other } = kind;
    informer.observeWrite(widget('a', '2026-01-01T00:00:00Z'));
    expect(createSiblingIndex([{ kind: other, informer }], () => {}).of(of('a'))).toEqual([]);
  });
});
