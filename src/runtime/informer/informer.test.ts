import { describe, expect, it } from 'vitest';
import { recordingLogger } from '../../../test/support/recording-logger.ts';
import { failure, reply, ScriptedTransport } from '../../../test/support/scripted-transport.ts';
import { seededRandom } from '../../../test/support/seeded-random.ts';
import { VirtualClock } from '../../../test/support/virtual-clock.ts';
import type { KubernetesObject } from '../../core/resource.ts';
import { jsonLines } from '../kubernetes/json-lines.ts';
import { KubernetesError } from '../kubernetes/kubernetes.ts';
import { createInformer, type InformerOptions } from './informer.ts';
import type { RestartReason } from './reflector.ts';

const thing = (name: string, version: number, more: object = {}): KubernetesObject => ({
  apiVersion: 'mooring.dev/v1alpha1',
  kind: 'Thing',
  metadata: { name, namespace: 'shop', uid: `uid-${name}`, resourceVersion: String(version), ...more },
});
const page = (version: number, items: KubernetesObject[], next?: string) =>
  reply({
    apiVersion: 'mooring.dev/v1alpha1',
    kind: 'ThingList',
    metadata: { resourceVersion: String(version), ...(next && { continue: next }) },
    items,
  });
const event = (type: string, object: unknown) => ({ type, object });
const bookmark = (version: number) => event('BOOKMARK', { metadata: { resourceVersion: String(version) } });
const gone = event('ERROR', failure(410, 'Expired', 'too old resource version'));
const noConnection = new KubernetesError({ status: 0, reason: 'NotSent', message: 'connect ECONNREFUSED' });

function started(
  options: Partial<InformerOptions<KubernetesObject>> = {},
  ...answers: ScriptedTransport['answers']
) {
  const transport = new ScriptedTransport();
  transport.answers.push(...(answers.length > 0 ? answers : [page(10, [thing('a', 5), thing('b', 7)])]));
  const clock = new VirtualClock();
  const logger = recordingLogger();
  const restarts: RestartReason[] = [];
  const told: string[] = [];
  const informer = createInformer<KubernetesObject>({
    transport,
    resource: { group: 'mooring.dev', version: 'v1alpha1', plural: 'things' },
    clock,
    random: seededRandom(1),
    logger,
    onRestart: (reason) => restarts.push(reason),
    ...options,
  });
  informer.onChange(({ type, key, object }) =>
    told.push(`${type} ${key}@${object.metadata.resourceVersion}`),
  );
  informer.start();
  return { transport, clock, logger, restarts, told, informer };
}

describe('listing', () => {
  it('takes page after page, is synced after the last, and watches from there', async () => {
    const { transport, clock, told, informer } = started(
      { labelSelector: 'team=web' },
      page(10, [thing('a', 5)], 'next'),
      (request) => {
        expect(informer.synced).toBe(false);
        expect(request.query).toMatchObject({ continue: 'next', limit: 500, labelSelector: 'team=web' });
        return page(10, [thing('b', 7)]);
      },
    );
    await clock.advance(0);
    await informer.whenSynced();
    expect(informer.synced).toBe(true);
    expect(told).toEqual(['added shop/a@5', 'added shop/b@7']);
    expect([...informer.list()].map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(transport.requests.map(({ path }) => path)).toEqual(
      Array(2).fill('/apis/mooring.dev/v1alpha1/things'),
    );
    expect(transport.watching.request.query).toMatchObject({
      resourceVersion: '10',
      allowWatchBookmarks: true,
      labelSelector: 'team=web',
    });
    expect(transport.watching.request.query.timeoutSeconds).toBeGreaterThanOrEqual(300);
  });

  it('goes on after refused connections, 500s and 403s, with waits that grow', async () => {
    const { transport, clock, informer } = started(
      {},
      noConnection,
      noConnection,
      reply('oops', 500),
      noConnection,
    );
    const times: number[] = [];
    const start = clock.now();
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000);
      while (times.length < transport.requests.length) times.push(clock.now() - start);
    }
    expect(informer.synced).toBe(false);
    expect(times.length).toBeGreaterThanOrEqual(5);
    expect(times.length).toBeLessThanOrEqual(10);
    transport.answers.splice(0, transport.answers.length, page(10, [thing('a', 5)]));
    await clock.advance(30_000);
    expect(informer.get('shop/a')?.metadata.resourceVersion).toBe('5');
  });

  it('begins again when the pages expire in the middle', async () => {
    const { transport, clock, informer, restarts } = started(
      {},
      page(10, [thing('a', 5)], 'next'),
      reply(failure(410, 'Expired'), 410),
      page(20, [thing('b', 15)]),
    );
    await clock.advance(1_000);
    expect(informer.synced).toBe(true);
    expect([...informer.list()].map(({ metadata }) => metadata.name)).toEqual(['b']);
    expect(restarts).toEqual(['expired']);
    expect(transport.requests).toHaveLength(3);
  });

  it('keeps one view over several namespaces, each with its own watch', async () => {
    const { transport, clock, informer } = started({ namespaces: ['shop', 'lab'] }, (request) =>
      page(10, request.path.includes('/shop/') ? [thing('a', 5)] : [thing('a', 6, { namespace: 'lab' })]),
    );
    await clock.advance(0);
    expect(informer.synced).toBe(true);
    expect(informer.size).toBe(2);
    expect(informer.get('lab/a')?.metadata.resourceVersion).toBe('6');
    expect(informer.get('other/a')).toBeUndefined();
    expect(transport.watches.map(({ request }) => request.path)).toEqual([
      '/apis/mooring.dev/v1alpha1/namespaces/shop/things',
      '/apis/mooring.dev/v1alpha1/namespaces/lab/things',
    ]);
  });

  it('keeps objects trimmed and frozen', async () => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}', keep: 'me' };
    const { clock, informer } = started({}, page(10, [thing('a', 5, { managedFields: [{}], annotations })]));
    await clock.advance(0);
    const object = informer.get('shop/a');
    expect(object?.metadata).toEqual({ ...thing('a', 5).metadata, annotations: { keep: 'me' } });
    expect(Object.isFrozen(object?.metadata.annotations)).toBe(true);
  });
});

describe('watching', () => {
  it('tells what is added, modified and deleted, and ignores what is old or the same', async () => {
    const { transport, clock, told, informer } = started();
    await clock.advance(0);
    told.length = 0;
    transport.watching.tell(
      event('ADDED', thing('c', 11)),
      event('MODIFIED', thing('a', 12)),
      event('MODIFIED', thing('a', 12)),
      event('MODIFIED', thing('a', 9)),
      event('DELETED', thing('b', 13)),
      event('DELETED', thing('b', 13)),
    );
    await clock.advance(0);
    expect(told).toEqual(['added shop/c@11', 'modified shop/a@12', 'deleted shop/b@13']);
    expect(informer.get('shop/a')?.metadata.resourceVersion).toBe('12');
  });

  it('resumes from the last bookmark when the server ends the watch in its time', async () => {
    const { transport, clock, restarts } = started();
    await clock.advance(0);
    transport.watching.tell(bookmark(42));
    await clock.advance(60_000);
    transport.watching.end();
    await clock.advance(0);
    expect(transport.watches).toHaveLength(2);
    expect(transport.watching.request.query.resourceVersion).toBe('42');
    expect(restarts).toEqual(['ended']);
    expect(transport.requests).toHaveLength(1);
  });

  it('does not ask hot when every watch ends at once', async () => {
    const { transport, clock } = started();
    for (let half = 0; half < 120; half++) {
      await clock.advance(500);
      transport.watching.end();
    }
    expect(transport.watches.length).toBeLessThan(12);
  });

  it('lists again at 410, at once the first time, and finds what was deleted and changed meanwhile', async () => {
    const { transport, clock, told, restarts } = started();
    await clock.advance(0);
    told.length = 0;
    transport.answers.splice(0, 1, page(30, [thing('b', 25), thing('c', 28)]));
    transport.watching.tell(gone);
    await clock.advance(0);
    expect(told).toEqual(['modified shop/b@25', 'added shop/c@28', 'deleted shop/a@5']);
    expect(restarts).toEqual(['expired']);
    expect(transport.watching.request.query.resourceVersion).toBe('30');
  });

  it('does not list hot when every watch expires', async () => {
    const { transport, clock } = started();
    for (let second = 0; second < 60; second++) {
      await clock.advance(1_000);
      transport.watching.tell(gone);
    }
    expect(transport.requests.length).toBeLessThan(12);
  });

  it('waits out Retry-After of a 429', async () => {
    const { transport, clock, restarts } = started();
    await clock.advance(0);
    const throttled = { status: 429, reason: 'TooManyRequests', message: 'slow down', retryAfterSeconds: 20 };
    transport.watching.fail(new KubernetesError(throttled));
    await clock.advance(19_999);
    expect(transport.watches).toHaveLength(1);
    await clock.advance(5_000);
    expect(transport.watches).toHaveLength(2);
    expect(restarts).toEqual(['throttled']);
  });

  it('goes on from where it was after an ERROR event, a refused watch and a stream cut in mid-line', async () => {
    const { transport, clock, informer, restarts } = started();
    await clock.advance(0);
    transport.watching.tell(event('ADDED', thing('c', 11)), event('ERROR', failure(500, 'InternalError')));
    transport.refusals.push(noConnection);
    await clock.advance(10_000);
    expect(restarts).toEqual(['failed', 'failed']);
    expect(transport.watching.request.query.resourceVersion).toBe('11');

    const cut = async () => {
      const line = new TextEncoder().encode(JSON.stringify(event('ADDED', thing('d', 12))).slice(0, 40));
      for await (const _ of jsonLines(ReadableStream.from([line]))) return;
    };
    transport.watching.fail(
      await cut().then(
        () => new Error('nothing was thrown'),
        (error: Error) => error,
      ),
    );
    await clock.advance(10_000);
    expect(restarts).toEqual(['failed', 'failed', 'failed']);
    transport.watching.tell(event('ADDED', thing('d', 12)));
    await clock.advance(0);
    expect(informer.get('shop/d')).toBeDefined();
    expect(transport.requests).toHaveLength(1);
  });

  it('renews a watch that tells nothing for 150 s, and only then', async () => {
    const { transport, clock, restarts, informer } = started();
    await clock.advance(0);
    for (let minute = 0; minute < 5; minute++) {
      await clock.advance(60_000);
      transport.watching.tell(bookmark(100 + minute));
    }
    expect(transport.watches).toHaveLength(1);
    transport.answers.splice(0, 1, page(200, [thing('a', 5)], 'next'));
    await clock.advance(151_000);
    expect(transport.watches).toHaveLength(2);
    expect(transport.watching.request.query.resourceVersion).toBe('104');
    expect(restarts).toEqual(['silent']);
    expect(transport.requests.slice(1)).toMatchObject([{ query: { limit: 1 } }]);
    expect(informer.size).toBe(2);
  });

  it('takes a list older than what it knows for right: etcd was restored', async () => {
    const { transport, clock, informer } = started();
    await clock.advance(0);
    transport.answers.splice(0, 1, page(4, [thing('a', 3)]));
    await clock.advance(150_000);
    expect(informer.get('shop/a')?.metadata.resourceVersion).toBe('3');
    expect(informer.get('shop/b')).toBeUndefined();
    expect(transport.watching.request.query.resourceVersion).toBe('4');
  });

  it('is stopped by no handler that throws', async () => {
    const { transport, clock, informer, told, logger } = started();
    informer.onChange(() => {
      throw new Error('a bug');
    });
    await clock.advance(0);
    transport.watching.tell(event('ADDED', thing('c', 11)));
    await clock.advance(0);
    expect(told).toEqual(['added shop/a@5', 'added shop/b@7', 'added shop/c@11']);
    expect(logger.lines.filter(({ level }) => level === 'error')).toHaveLength(3);
    expect(transport.watches).toHaveLength(1);
  });

  it('tells a deletion and an addition when an object was made anew unseen', async () => {
    const { transport, clock, told } = started();
    await clock.advance(0);
    told.length = 0;
    transport.watching.tell(event('ADDED', thing('a', 20, { uid: 'another' })));
    await clock.advance(0);
    expect(told).toEqual(['deleted shop/a@5', 'added shop/a@20']);
  });
});

describe('stopping', () => {
  it('ends the watch, leaves no timer, tells nothing more, and rejects who waits', async () => {
    const { transport, clock, informer, told } = started();
    await clock.advance(0);
    await informer.stop();
    expect(transport.watching.request.signal.aborted).toBe(true);
    expect(clock.pending).toBe(0);
    informer.observeWrite(thing('a', 99));
    expect(told).toHaveLength(2);

    const unsynced = started({}, noConnection);
    await unsynced.clock.advance(0);
    const waiting = unsynced.informer.whenSynced();
    await unsynced.informer.stop();
    await expect(waiting).rejects.toThrow('stopped');
    expect(unsynced.clock.pending).toBe(0);
  });

  it('lets a single wait be given up', async () => {
    const { informer, clock } = started({}, noConnection);
    const abort = new AbortController();
    const waiting = informer.whenSynced(abort.signal);
    abort.abort(new Error('no more time'));
    await expect(waiting).rejects.toThrow('no more time');
    await clock.advance(0);
    await informer.stop();
  });
});
