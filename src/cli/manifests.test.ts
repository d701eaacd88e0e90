import { describe, expect, it } from 'vitest';
import { WidgetAws, widgetKind } from '../../test/support/widget.ts';
import { manifestsIn } from './manifests.ts';

const widget = widgetKind({ aws: new WidgetAws() });
const notes: string[] = [];
const read = (text: string) =>
  manifestsIn(
    { name: 'a.yaml', text },
    { kinds: [widget], namespace: 'shop', note: (line) => void notes.push(line) },
  );
const of = (kind: string, metadata: string) =>
  `apiVersion: mooring.dev/v1alpha1\nkind: ${kind}\nmetadata: ${metadata}\n`;

describe('the manifests of a file', () => {
  it('are its documents of our kinds, in the given namespace unless they name one', () => {
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n';
    const text = [
      of('Widget', '{ name: a }'),
      deployment,
      '',
      of('Widget', '{ name: b, namespace: web }'),
    ].join('---\n');
    const found = read(text).map(({ kind, namespace, name }) => [kind.definition.kind, namespace, name]);
    expect(found).toEqual([
      ['Widget', 'shop', 'a'],
      ['Widget', 'web', 'b'],
    ]);
  });

  it('may be JSON', () => {
    const body = {
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'Widget',
      metadata: { name: 'a' },
      spec: { size: 1 },
    };
    expect(read(JSON.stringify(body))).toMatchObject([{ name: 'a', body }]);
  });

  it('are not those that have nothing to be planned, or are of a kind that is off: each is told', () => {
    notes.length = 0;
    const others = ['AWSAccount', 'IAMAccessKey', 'ElasticIP'].map((kind) => of(kind, '{ name: x }'));
    const found = read([...others, of('Widget', '{ name: a }')].join('---\n'));
    expect(found.map(({ name }) => name)).toEqual(['a']);
    expect(notes).toEqual([
      'a.yaml, document 1: AWSAccount x is not planned: it has nothing in AWS. Objects are planned by the AWSAccounts that the cluster has',
      'a.yaml, document 2: IAMAccessKey x is not planned: it has to be asked for: --enable-access-keys',
      'a.yaml, document 3: ElasticIP x is not planned: it is not among --kinds',
    ]);
  });

  it.each<[string, string]>([
    ['a: [', 'a.yaml, document 1: '],
    [of('Widget', '{}'), 'a.yaml, document 1: metadata.name: '],
    [
      `${of('Widget', '{ name: a }')}---\n${of('Gadget', '{ name: b }')}`,
      'document 2: kind Gadget: must be one of Widget',
    ],
    ['just text', 'a.yaml, document 1: it: '],
  ])('%j is refused by its place', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});
