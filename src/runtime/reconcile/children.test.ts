import { beforeEach, describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { ScriptedTransport } from '../../../test/support/scripted-transport.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import { WidgetAws, widgetKind } from '../../../test/support/widget.ts';
import type { Reference } from '../../core/context.ts';
import { AwsError, LeadershipLost, ObjectRefused } from '../../core/errors.ts';
import type { AnyKind } from '../../core/kind.ts';
import { parentLabel } from '../../core/object-step.ts';
import type { Resource } from '../../core/resource.ts';
import { createInformer } from '../informer/informer.ts';
import { createClient } from '../kubernetes/client.ts';
import { KubernetesError } from '../kubernetes/kubernetes.ts';
import { createChildIndex } from './children.ts';
import { createObjectWrites } from './object-writes.ts';

const label = 'mooring.dev/owner';
const child: AnyKind = widgetKind({ aws: new WidgetAws() });
const childKind = child.definition.kind;
const parent: AnyKind = {
  ...child,
  definition: { ...child.definition, kind: 'Fleet', plural: 'fleets', singular: 'fleet' },
  children: { kind: childKind, label },
};

function start() {
  const transport = new ScriptedTransport();
  const informerOf = (plural: string) =>
    createInformer<Resource>({
      transport,
      resource: { group: 'mooring.dev', version: 'v1alpha1', plural },
      clock: new VirtualClock(),
      random: () => 0.5,
      logger: recordingLogger(),
    });
  const managed = [
    { kind: parent, informer: informerOf('fleets') },
    { kind: child, informer: informerOf(child.definition.plural) },
  ];
  return { transport, managed, widgets: managed[1]?.informer ?? informerOf('none') };
}

let version = 0;
const widget = (name: string, owner: string | undefined, more: object = {}): Resource => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: childKind,
  metadata: {
    name,
    namespace: 'shop',
    uid: `u-${name}`,
    resourceVersion: String(++version),
    ...(owner === undefined ? {} : { labels: { [label]: parentLabel(owner) } }),
  },
  spec: { size: 1 },
  ...more,
});

const fleet = (name: string): Reference => ({ kind: 'Fleet', namespace: 'shop', name });

describe('children', () => {
  let world: ReturnType<typeof start>;
  let requeued: string[];
  beforeEach(() => {
    world = start();
    requeued = [];
  });
  const index = () => createChildIndex(world.managed, ({ name }) => requeued.push(name));

  it('are those that carry the label, in the order of their names, from before and from since', () => {
    world.widgets.observeWrite(widget('b', 'web'));
    const children = index();
    world.widgets.observeWrite(widget('a', 'web'));
    world.widgets.observeWrite(widget('c', 'mail'));
    world.widgets.observeWrite(widget('d', undefined));
    expect(children.of(fleet('web'))).toEqual([
      {
        name: 'a',
        uid: 'u-a',
        labels: { [label]: 'web' },
        annotations: {},
        deleting: false,
        spec: { size: 1 },
      },
      {
        name: 'b',
        uid: 'u-b',
        labels: { [label]: 'web' },
        annotations: {},
        deleting: false,
        spec: { size: 1 },
      },
    ]);
    expect(children.of({ ...fleet('web'), namespace: 'other' })).toEqual([]);
    expect(requeued).toEqual(['web', 'mail']);
  });

  it('that change or are given to another requeue who is concerned', () => {
    const children = index();
    world.widgets.observeWrite(widget('a', 'web'));
    world.widgets.observeWrite(widget('a', 'web', { status: { size: 2 } }));
    world.widgets.observeWrite(widget('a', 'mail'));
    expect(requeued).toEqual(['web', 'web', 'web', 'mail']);
    expect(children.of(fleet('web'))).toEqual([]);
    children.close();
    world.widgets.observeWrite(widget('a', 'web'));
    expect(requeued).toHaveLength(4);
  });

  it('of a long name are found, and their parent is', () => {
    const name = `${'long-'.repeat(30)}name`;
    const children = index();
    expect(children.of(fleet(name))).toEqual([]);
    world.widgets.observeWrite(widget('a', name));
    expect(children.of(fleet(name))).toHaveLength(1);
    expect(requeued).toEqual([name]);
    expect(parentLabel(name)).toMatch(/^[a-z0-9-]{1,63}$/);
    expect(parentLabel(name)).not.toBe(parentLabel(`${name}s`));
  });

  it('of a kind that is not run are a mistake in how the operator was started', () => {
    const [first] = world.managed;
    expect(() => createChildIndex(first ? [first] : [], () => {})).toThrow(
      `${childKind} is not among the kinds`,
    );
  });
});

describe('writes to children', () => {
  const path = '/apis/mooring.dev/v1alpha1/namespaces/shop';
  const input = { kind: childKind, namespace: 'shop', name: 'a' };
  const body = { metadata: { labels: { [label]: 'web' } }, spec: { size: 1 } };
  const write = (
    world: ReturnType<typeof start>,
    call: string,
    more: object,
    mayWrite: () => void = () => {},
  ) =>
    createObjectWrites(
      createClient(world.transport),
      world.managed,
    )({ call, input: { ...input, ...more }, namespace: 'shop', mayWrite });
  const reply = (status: number, answer: unknown) => ({ status, body: answer, headers: {} });
  const refused = (status: number, reason: string) =>
    reply(status, { reason, message: reason, code: status });

  it('create, and are in the cache at once', async () => {
    const world = start();
    world.transport.answers.push(reply(201, widget('a', 'web')));
    expect(await write(world, 'k8s:Create', { body })).toMatchObject({
      name: 'a',
      uid: 'u-a',
      deleting: false,
    });
    expect(world.transport.requests[0]).toMatchObject({
      method: 'POST',
      path: `${path}/${child.definition.plural}`,
      body: { kind: childKind, metadata: { name: 'a', namespace: 'shop', labels: body.metadata.labels } },
    });
    expect(world.widgets.get('shop/a')).toBeDefined();
  });

  it('carry what the operator’s own selector asks for, or it would not see them', async () => {
    const world = start();
    world.transport.answers.push(reply(201, widget('a', 'web')));
    const selector = 'team=shop, tier == backend,!legacy,stage in (a,b)';
    const create = createObjectWrites(createClient(world.transport), world.managed, selector);
    const request = { call: 'k8s:Create', input: { ...input, body }, namespace: 'shop', mayWrite: () => {} };
    await create(request);
    expect(world.transport.requests[0]?.body).toMatchObject({
      metadata: { labels: { team: 'shop', tier: 'backend', [label]: 'web' } },
    });
  });

  it('patch and delete only the object of the uid that was meant', async () => {
    const world = start();
    world.transport.answers.push(
      reply(200, widget('a', 'web')),
      reply(200, {
        ...widget('a', 'web'),
        metadata: { ...widget('a', 'web').metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
      }),
    );
    await write(world, 'k8s:Patch', { uid: 'u-a', patch: { spec: { size: 2 } } });
    expect(world.transport.requests[0]?.body).toEqual({ spec: { size: 2 }, metadata: { uid: 'u-a' } });
    await write(world, 'k8s:Delete', { uid: 'u-a' });
    expect(world.transport.requests[1]).toMatchObject({
      method: 'DELETE',
      body: { preconditions: { uid: 'u-a' } },
    });
    expect(world.widgets.get('shop/a')?.metadata.deletionTimestamp).toBeDefined();
  });

  it.each([404, 409])('a deletion of what is no more (%i) is done', async (status) => {
    const world = start();
    world.transport.answers.push(refused(status, 'NotFound'));
    expect(await write(world, 'k8s:Delete', { uid: 'u-a' })).toBeUndefined();
  });

  it.each([
    [409, 'AlreadyExists', 'Conflict'],
    [403, 'Forbidden', 'Denied'],
    [422, 'Invalid', 'Invalid'],
    [404, 'NotFound', 'NotFound'],
  ])('%i %s is a definite refusal that a plan may answer', async (status, reason, expected) => {
    const world = start();
    world.transport.answers.push(refused(status, reason));
    const error = await write(world, 'k8s:Create', { body }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ObjectRefused);
    expect(error).not.toBeInstanceOf(AwsError);
    expect(error).toMatchObject({ class: expected, code: reason, definite: true, call: 'k8s:Create' });
  });

  it('what may pass stays as it is', async () => {
    const world = start();
    world.transport.answers.push(refused(500, 'InternalError'));
    await expect(write(world, 'k8s:Create', { body })).rejects.toBeInstanceOf(KubernetesError);
  });

  it('nothing is sent by who no longer leads, of a foreign kind, or to another namespace', async () => {
    const world = start();
    const lost = () => {
      throw new LeadershipLost();
    };
    await expect(write(world, 'k8s:Create', { body }, lost)).rejects.toBeInstanceOf(LeadershipLost);
    await expect(write(world, 'k8s:Create', { body, kind: 'Secret' })).rejects.toThrow('Secret is not among');
    await expect(write(world, 'k8s:Create', { body, namespace: 'kube-system' })).rejects.toThrow(
      'kube-system',
    );
    expect(world.transport.requests).toEqual([]);
  });
});
