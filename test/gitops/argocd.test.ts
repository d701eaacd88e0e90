/**
 * What Argo CD and Flux make of our objects: the Lua of argocd-cm.yaml is executed as it stands there, kstatus' rules are
 * applied beside it, over objects in every state that the operator's own status can have.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LuaFactory } from 'wasmoon';
import { parse } from 'yaml';
import { z } from 'zod';
import { customizationsPath } from '../../dev/gitops/argocd-customizations.ts';
import { type Blocked, type Reason, reasons } from '../../src/core/conditions.ts';
import type { Resource } from '../../src/core/resource.ts';
import { definitions } from '../../src/kinds/definitions.ts';
import { statusOf } from '../../src/runtime/reconcile/status.ts';
import { repository } from '../support/chart.ts';
import { kstatus } from '../support/kstatus.ts';

const { data } = z
  .object({ data: z.record(z.string(), z.string()) })
  .parse(parse(readFileSync(join(repository, customizationsPath), 'utf8')));
const kinds = definitions.map(({ kind }) => kind);

const healthOf = (kind: string): string => data[`resource.customizations.health.mooring.dev_${kind}`] ?? '';
const actionsSchema = z.object({
  'discovery.lua': z.string(),
  definitions: z.array(z.object({ name: z.string(), 'action.lua': z.string() })),
});
const actionsOf = (kind: string) =>
  actionsSchema.parse(parse(data[`resource.customizations.actions.mooring.dev_${kind}`] ?? ''));

/** What a script returns for `obj`, which it gets as tables, as from Argo CD. */
async function lua(script: string, obj: object): Promise<unknown> {
  const engine = await new LuaFactory().createEngine({ enableProxy: false });
  try {
    engine.global.set('obj', JSON.parse(JSON.stringify(obj)));
    // Argo CD gives date and time to those that require them, and no global (its util/lua, PreloadModule).
    await engine.doString('os = nil');
    return await engine.doString(script);
  } finally {
    engine.global.close();
  }
}

const healthSchema = z.object({ status: z.string(), message: z.string() });
const health = async (object: Resource) => healthSchema.parse(await lua(healthOf(object.kind), object));

const at = '2026-01-01T00:00:00Z';
const applied: Resource = {
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'ElasticIP',
  metadata: { name: 'web', namespace: 'default', uid: 'u', resourceVersion: '7', generation: 2 },
  spec: {},
  // As the API server fills it in.
  status: { observedGeneration: -1 },
};
const looked = (object: Resource, blocked?: Blocked): Resource => {
  const nothing = { own: {}, conditions: [], drift: [], scope: undefined, creation: undefined };
  return { ...object, status: statusOf(object, { ...nothing, blocked, reconcileAt: undefined }, at) };
};
const blocked = (reason: Reason): Resource => looked(applied, { reason, message: 'why it is so' });
const deleting = (object: Resource): Resource => ({
  ...object,
  metadata: { ...object.metadata, generation: 3, deletionTimestamp: at },
});
const changed = (object: Resource): Resource => ({
  ...object,
  metadata: { ...object.metadata, generation: 3 },
});
const paused = (object: Resource): Resource => ({
  ...object,
  metadata: { ...object.metadata, annotations: { 'mooring.dev/paused': 'true' } },
});

const isReason = (word: string): word is Reason => word in reasons;
const every = Object.keys(reasons).filter(isReason);

/** State, object, what Argo CD shows, what kstatus says. */
const states: readonly [state: string, object: Resource, argo: string, kstatus: string][] = [
  ['applied, and not looked at yet', applied, 'Progressing', 'InProgress'],
  ['ready', looked(applied), 'Healthy', 'Current'],
  ['ready, then changed', changed(looked(applied)), 'Progressing', 'InProgress'],
  ['stalled, then changed', changed(blocked('InvalidSpec')), 'Progressing', 'InProgress'],
  ['being deleted, not looked at since', deleting(looked(applied)), 'Progressing', 'Terminating'],
  [
    'being deleted',
    looked(deleting(applied), { reason: 'Deleting', message: 'm' }),
    'Progressing',
    'Terminating',
  ],
  [
    'being deleted, and held',
    looked(deleting(applied), { reason: 'DeletionHeld', message: 'm' }),
    'Degraded',
    'Terminating',
  ],
  ['paused, and not looked at since', paused(looked(applied)), 'Suspended', 'Current'],
  ['paused', paused(blocked('Paused')), 'Suspended', 'Failed'],
  ['read-only', blocked('ReadOnly'), 'Suspended', 'Failed'],
  ...every
    .filter((reason) => reason !== 'Paused' && reason !== 'ReadOnly')
    .map((reason): [string, Resource, string, string] =>
      reasons[reason] === 'stalled'
        ? [`stalled: ${reason}`, blocked(reason), 'Degraded', 'Failed']
        : [`reconciling: ${reason}`, blocked(reason), 'Progressing', 'InProgress'],
    ),
];

describe('an object is', () => {
  it.each(states)('%s', async (_, object, argo, expected) => {
    expect((await health(object)).status).toBe(argo);
    expect(kstatus(object)).toBe(expected);
  });

  it('told of with reason and message where it is stalled', async () => {
    expect(await health(blocked('QuotaExceeded'))).toEqual({
      status: 'Degraded',
      message: 'QuotaExceeded: why it is so',
    });
  });

  it('suspended where it is a schedule that is', async () => {
    const schedule = looked({ ...applied, kind: 'ImageSchedule', spec: { suspend: true } });
    expect((await health(schedule)).status).toBe('Suspended');
    expect((await health({ ...schedule, spec: { suspend: false } })).status).toBe('Healthy');
  });

  it.each(kinds)('judged by the same script as others where it is a %s', (kind) => {
    expect(healthOf(kind)).not.toBe('');
    expect(healthOf(kind)).toBe(healthOf('ElasticIP'));
  });
});

const run = async (kind: string, name: string, object: Resource): Promise<unknown> => {
  const action = actionsOf(kind).definitions.find((one) => one.name === name);
  return await lua(action?.['action.lua'] ?? `error("there is no ${name}")`, object);
};
const annotated = z.looseObject({
  metadata: z.looseObject({
    annotations: z.record(z.string(), z.string()).or(z.array(z.never())).optional(),
  }),
  spec: z.unknown(),
});
const annotationsAfter = async (kind: string, name: string, object: Resource): Promise<object | undefined> =>
  annotated.parse(await run(kind, name, object)).metadata.annotations;

describe('actions', () => {
  it.each(kinds)('of a %s are offered as it is, and each that is offered there is', async (kind) => {
    const { definitions: there, ...rest } = actionsOf(kind);
    const names = there.map(({ name }) => name).sort();
    const offered = async (object: Resource) => await lua(rest['discovery.lua'], { ...object, kind });
    const free = { pause: { disabled: false }, resume: { disabled: true }, reconcile: { disabled: false } };
    const held = { pause: { disabled: true }, resume: { disabled: false }, reconcile: { disabled: true } };
    const schedule = kind === 'ImageSchedule';
    expect(await offered(applied)).toEqual({ ...free, ...(schedule && { 'run-now': { disabled: false } }) });
    expect(await offered(paused(applied))).toEqual({
      ...held,
      ...(schedule && { 'run-now': { disabled: true } }),
    });
    expect(names).toEqual([...Object.keys(free), ...(schedule ? ['run-now'] : [])].sort());
  });

  it('pause and resume', async () => {
    const held = await annotationsAfter('KMSKey', 'pause', applied);
    expect(held).toEqual({ 'mooring.dev/paused': 'true' });
    const other = { 'example.com/a': 'b', 'mooring.dev/paused': 'true' };
    const both = { ...applied, metadata: { ...applied.metadata, annotations: other } };
    expect(await annotationsAfter('KMSKey', 'resume', both)).toEqual({ 'example.com/a': 'b' });
    expect(await annotationsAfter('KMSKey', 'resume', applied)).toBeUndefined();
  });

  it.each([
    ['reconcile', 'mooring.dev/reconcile-at'],
    ['run-now', 'mooring.dev/run-now'],
  ])('%s', async (name, annotation) => {
    const annotations = await annotationsAfter('ImageSchedule', name, applied);
    expect(annotations).toEqual({ [annotation]: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) });
  });
});

/** Argo CD's interpreter is of Lua 5.1: what came later would pass here, and fail there. */
it('the scripts are Lua 5.1', () => {
  const later = /\/\/|[&~]=?(?!=)|<<|>>|\bgoto\b|::|table\.(un)?pack|math\.(tointeger|type|ult)|utf8\.|\\u\{/;
  const scripts = Object.values(data).map((text) => text.replaceAll(/--.*$/gm, '').replaceAll('~=', ''));
  expect(scripts.filter((text) => later.test(text))).toEqual([]);
});
