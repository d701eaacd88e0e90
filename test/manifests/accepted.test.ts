import { afterAll, describe, expect, inject, it } from 'vitest';
import { shownManifests } from '../../dev/docs/manifests.ts';
import { connectTo } from '../support/config-maps.ts';
import { dryRunOn, unknown } from './dry-run.ts';

/** A reader copies what the documents show and applies it: the real API server takes every bit of it. */

const transport = connectTo(inject('cluster').kubeconfig);
const { refusal } = dryRunOn(transport);
afterAll(() => transport.close());

/** Of other projects: this API server does not know them. A kind of ours, or of Kubernetes', is never among them. */
const foreign = /\.(services\.k8s\.aws|upbound\.io|argoproj\.io|fluxcd\.io|coreos\.com)\//;
const isForeign = (apiVersion: string): boolean => foreign.test(`.${apiVersion}`);

const shown = shownManifests();

describe('the API server takes', () => {
  it.each(
    shown.map(({ place, manifest }) => [manifest.kind, manifest.metadata.name, place, manifest] as const),
  )('%s %s of %s', async (_kind, _name, _place, manifest) => {
    expect(await refusal(manifest)).toBe(isForeign(manifest.apiVersion) ? unknown : undefined);
  });

  it('no unknown field', async () => {
    const manifest = {
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'ElasticIP',
      metadata: { name: 'web' },
      spec: { region: 'eu-central-1', asociation: {} },
    };
    expect(await refusal(manifest)).toContain('.spec.asociation');
  });

  it('no value that its kind does not have', async () => {
    const manifest = {
      apiVersion: 'mooring.dev/v1alpha1',
      kind: 'ElasticIP',
      metadata: { name: 'web' },
      spec: { deletionPolicy: 'Keep' },
    };
    expect(await refusal(manifest)).toContain('spec.deletionPolicy');
  });
});

describe('of each kind', () => {
  it('the documents show a manifest', async () => {
    const { body } = await transport.request({ method: 'GET', path: '/apis/mooring.dev/v1alpha1' });
    const served = new Set([...JSON.stringify(body).matchAll(/"kind":"(\w+)"/g)].map(([, kind]) => kind));
    served.delete('APIResourceList');
    const kinds = new Set(
      shown.filter(({ document }) => document.startsWith('docs/')).map(({ manifest }) => manifest.kind),
    );
    expect([...served].filter((kind) => !kinds.has(kind ?? ''))).toEqual([]);
  });
});
