import { describe, expect, it } from 'vitest';
import { countOf, failure, notice, object, recording } from '../../../test/support/recording-events.ts';
import { sleep } from '../../core/ports.ts';

describe('an Event', () => {
  it('is written once, complete, in the namespace of its object', async () => {
    const { clock, recorder, sent } = recording();
    recorder.record(object, notice());
    await clock.advance(60_000);
    expect(sent).toEqual([
      {
        verb: 'create',
        path: '/apis/events.k8s.io/v1/namespaces/shop/events',
        body: {
          apiVersion: 'events.k8s.io/v1',
          kind: 'Event',
          metadata: { name: expect.stringMatching(/^web\.[0-9a-f]{16}$/), namespace: 'shop' },
          eventTime: '2026-01-01T00:00:00.000000Z',
          reportingController: 'mooring.dev/operator',
          reportingInstance: 'mooring-0',
          type: 'Normal',
          reason: 'AllocateAddress',
          action: 'AllocateAddress',
          note: 'allocated 203.0.113.7',
          regarding: {
            apiVersion: 'mooring.dev/v1alpha1',
            kind: 'ElasticIP',
            name: 'web',
            namespace: 'shop',
            uid: 'u-1',
            resourceVersion: '7',
          },
        },
      },
    ]);
    expect(clock.pending).toBe(0);
  });

  it('of a cluster-scoped object is in default; a long name leaves room for the digest', async () => {
    const { clock, recorder, sent } = recording();
    const name = `${'a'.repeat(235)}.${'b'.repeat(17)}`;
    recorder.record({ ...object, metadata: { name, uid: 'u-2', resourceVersion: '1' } }, notice());
    await clock.advance(0);
    expect(sent[0]?.path).toBe('/apis/events.k8s.io/v1/namespaces/default/events');
    expect(sent[0]?.body.metadata).toEqual({
      name: expect.stringMatching(/^a{235}\.[0-9a-f]{16}$/),
      namespace: 'default',
    });
    expect(sent[0]?.body.regarding).not.toHaveProperty('namespace');
  });
});

describe('a repeat', () => {
  it('is a patch of the series, ten seconds later at the earliest, with all that came until then', async () => {
    const { clock, recorder, sent } = recording();
    recorder.record(object, notice());
    await clock.advance(1_000);
    for (let i = 0; i < 50; i++) recorder.record(object, notice());
    await clock.advance(8_999);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent[1]).toEqual({
      verb: 'patch',
      path: expect.stringMatching(
        /^\/apis\/events\.k8s\.io\/v1\/namespaces\/shop\/events\/web\.[0-9a-f]{16}$/,
      ),
      body: { series: { count: 51, lastObservedTime: '2026-01-01T00:00:01.000000Z' } },
    });
  });

  it('that comes while the first is being written is not lost', async () => {
    const { clock, recorder, sent, server } = recording();
    server.answer = () => sleep(clock, 500);
    recorder.record(object, notice());
    await clock.advance(100);
    recorder.record(object, notice());
    await clock.advance(20_000);
    expect(sent.map(({ verb, body }) => [verb, countOf(body)])).toEqual([
      ['create', undefined],
      ['patch', 2],
    ]);
  });

  it('begins anew where the Event has expired', async () => {
    const { clock, recorder, sent, server } = recording();
    recorder.record(object, notice());
    await clock.advance(7_200_000);
    server.answer = async (verb) => {
      if (verb === 'patch') throw failure(404, 'NotFound');
    };
    recorder.record(object, notice());
    await clock.advance(1_000);
    server.answer = async () => {};
    recorder.record(object, notice());
    await clock.advance(20_000);
    expect(sent.map(({ verb, body }) => [verb, countOf(body), body.eventTime])).toEqual([
      ['create', undefined, '2026-01-01T00:00:00.000000Z'],
      ['patch', 2, undefined],
      ['create', undefined, '2026-01-01T02:00:00.000000Z'],
      ['patch', 2, undefined],
    ]);
  });
});

describe('a flood', () => {
  it('of ever new notes about one object is 25 at once and then one in five minutes; others are not held up', async () => {
    const { clock, recorder, sent } = recording();
    for (let i = 0; i < 100; i++) recorder.record(object, notice(`try ${i}`));
    recorder.record({ ...object, metadata: { ...object.metadata, name: 'api', uid: 'u-9' } }, notice());
    await clock.advance(1_000);
    expect(sent).toHaveLength(26);
    expect(sent.at(-1)?.body.regarding).toMatchObject({ name: 'api' });
    await clock.advance(600_000);
    expect(sent).toHaveLength(28);
  });

  it('makes room for others when the backlog is full, and says so', async () => {
    const { clock, recorder, sent, logger } = recording();
    for (let i = 0; i < 1_500; i++) recorder.record(object, notice(`try ${i}`));
    await clock.advance(1_000);
    for (let i = 0; i < 500; i++) recorder.record(object, notice(`more ${i}`));
    recorder.record({ ...object, metadata: { ...object.metadata, name: 'api', uid: 'u-9' } }, notice());
    await clock.advance(1_000);
    expect(sent.at(-1)?.body.regarding).toMatchObject({ name: 'api' });
    expect(logger.lines).toMatchObject([{ level: 'warn', fields: { dropped: 1 } }]);
  });
});
