import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ResourceDefinition } from '../../src/core/crd/definition.ts';
import type { StructuralSchema } from '../../src/core/crd/schema.ts';
import { type Author, type Manifest, manifestOf } from './author.ts';

/** What holds for every CRD, tried on a real API server. */

const root = join(import.meta.dirname, '..', '..');

/** The least that is a manifest of the kind. */
const least: Readonly<Record<string, object>> = {
  AWSAccount: { credentials: { default: {} }, allowedNamespaces: { all: true } },
  ElasticIP: {},
  IAMAccessKey: { userName: 'ci' },
  IAMRole: {},
  KMSKey: {},
  Image: { source: { instanceId: 'i-0123456789abcdef0' } },
  ImageSchedule: { selector: { matchTags: { app: 'web' } }, schedules: [{ name: 'daily', every: '24h' }] },
};

const objectSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string(), resourceVersion: z.string(), generation: z.number() }),
  spec: z.record(z.string(), z.unknown()),
  status: z.record(z.string(), z.unknown()).optional(),
});

const crdSchema = z.looseObject({
  spec: z.looseObject({ versions: z.array(z.looseObject({})) }),
  status: z.looseObject({ conditions: z.array(z.object({ type: z.string(), status: z.string() })) }),
});

const discoverySchema = z.object({
  resources: z.array(
    z.object({
      name: z.string(),
      singularName: z.string(),
      namespaced: z.boolean(),
      kind: z.string(),
      shortNames: z.array(z.string()).optional(),
      categories: z.array(z.string()).optional(),
    }),
  ),
});

const tableSchema = z.object({
  columnDefinitions: z.array(z.object({ name: z.string(), type: z.string(), priority: z.number() })),
  rows: z.array(z.object({ cells: z.array(z.unknown()) })),
});

export function definitionTests(
  definition: ResourceDefinition<unknown, unknown>,
  authorOf: () => Author,
): void {
  const { kind, plural, singular, shortNames, scope, printerColumns } = definition;
  const get = async (path: string, query = {}): Promise<unknown> =>
    (await authorOf().request({ method: 'GET', path, query })).body;
  const file = readFileSync(join(root, 'crds', `${plural}.yaml`), 'utf8');
  const crdPath = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.mooring.dev`;
  const manifest = (name: string): Manifest => {
    const spec = least[kind];
    if (!spec) throw new Error(`this test has no manifest of a ${kind}`);
    return manifestOf(kind, name, spec);
  };
  const created = async (name: string) =>
    objectSchema.parse((await authorOf().create(plural, manifest(name))).body);

  it('is served, as it stands in crds/ and with nothing left out', async () => {
    const { spec, status } = crdSchema.parse(await get(crdPath));
    const conditions = Object.fromEntries(status.conditions.map((found) => [found.type, found.status]));
    expect(conditions).toEqual({ NamesAccepted: 'True', Established: 'True' });
    expect(spec.versions).toMatchObject(parse(file).spec.versions);
  });

  it('is found by its names and in the category', async () => {
    const { resources } = discoverySchema.parse(await get('/apis/mooring.dev/v1alpha1'));
    expect(resources.find(({ name }) => name === plural)).toEqual({
      name: plural,
      singularName: singular,
      namespaced: scope === 'Namespaced',
      kind,
      ...(shortNames.length > 0 && { shortNames }),
      categories: ['mooring'],
    });
    expect(resources.map(({ name }) => name)).toContain(`${plural}/status`);
    expect(resources.filter((one) => one.shortNames?.some((name) => shortNames.includes(name)))).toHaveLength(
      shortNames.length > 0 ? 1 : 0,
    );
  });

  it('describes every field', () => {
    expect(undescribed(parse(file).spec.versions[0].schema.openAPIV3Schema)).toEqual([]);
  });

  it('fills in defaults, also the status of one nobody has looked at', async () => {
    const { spec, status } = await created('defaults');
    const { properties = {} }: StructuralSchema =
      parse(file).spec.versions[0].schema.openAPIV3Schema.properties.spec;
    const defaults = Object.entries(properties).filter(([, field]) => field.default !== undefined);
    for (const [name, field] of defaults) expect.soft(spec[name], name).toEqual(field.default);
    expect(status).toEqual({ observedGeneration: -1 });
  });

  it('has a status apart from its spec', async () => {
    const before = await created('status');
    const ignored = await authorOf().patch(plural, 'status', { status: { region: 'eu-west-1' } });
    expect(objectSchema.parse(ignored.body).status).toEqual({ observedGeneration: -1 });

    const { body } = await authorOf().patchStatus(
      plural,
      'status',
      { region: 'eu-west-1' },
      { spec: { tags: { a: 'b' } } },
    );
    const after = objectSchema.parse(body);
    expect(after.status).toEqual({ observedGeneration: -1, region: 'eu-west-1' });
    expect(after.spec).toEqual(before.spec);
    expect(after.metadata.generation).toBe(before.metadata.generation);
  });

  it('prints its columns', async () => {
    await created('columns');
    await authorOf().patchStatus(plural, 'columns', { conditions: [ready] });
    const { columnDefinitions, rows } = tableSchema.parse(
      await authorOf().table(authorOf().path(plural, 'columns')),
    );
    expect(columnDefinitions).toMatchObject([
      { name: 'Name', priority: 0 },
      ...printerColumns.map(({ name, type, priority = 0 }) => ({ name, type, priority })),
    ]);
    const cells = Object.fromEntries(columnDefinitions.map(({ name }, at) => [name, rows[0]?.cells[at]]));
    expect(cells).toMatchObject({
      Ready: 'False',
      Reason: 'QuotaExceeded',
      Status: 'no more of them',
      Age: expect.stringMatching(/^\d+s$/),
    });
  });

  it('is not changed by what changes nothing', async () => {
    expect((await authorOf().apply(plural, manifest('same'))).status).toBe(201);
    const { metadata } = objectSchema.parse(
      (await authorOf().patchStatus(plural, 'same', { observedGeneration: 1 })).body,
    );
    const path = authorOf().path(plural, 'same');
    const applied = await authorOf().apply(plural, manifest('same'));
    const patched = await authorOf().patch(plural, 'same', { spec: manifest('same').spec });
    const put = await authorOf().request({ method: 'PUT', path, body: await get(path) });
    for (const { status, body } of [applied, patched, put]) {
      expect(status).toBe(200);
      expect(objectSchema.parse(body).metadata).toMatchObject({
        resourceVersion: metadata.resourceVersion,
        generation: 1,
      });
    }
  });

  // The API server fills in a default status when it reads, and stores it with whatever is written next.
  it('is written once by the first unchanged apply before any status, and by no further one', async () => {
    const versions: string[] = [];
    for (let times = 0; times < 3; times += 1) {
      const { metadata, status } = objectSchema.parse(
        (await authorOf().apply(plural, manifest('early'))).body,
      );
      versions.push(metadata.resourceVersion);
      expect(metadata.generation).toBe(1);
      expect(status).toEqual({ observedGeneration: -1 });
    }
    expect(versions[2]).toBe(versions[1]);
  });
}

const ready = {
  type: 'Ready',
  status: 'False',
  reason: 'QuotaExceeded',
  message: 'no more of them',
  lastTransitionTime: '2026-01-01T00:00:00Z',
};

/** Below `metadata` the API server describes by itself; an item of a list is described by its list. */
function undescribed(schema: StructuralSchema, path = ''): string[] {
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => path || name !== 'metadata');
  return [
    ...fields.flatMap(([name, field]) => [
      ...(field.description?.trim() ? [] : [`${path}.${name}`]),
      ...undescribed(field, `${path}.${name}`),
    ]),
    ...(schema.items ? undescribed(schema.items, `${path}[]`) : []),
    ...(schema.additionalProperties ? undescribed(schema.additionalProperties, `${path}.*`) : []),
  ];
}
