import { describe, expect, it } from 'vitest';
import { countOf, failure, notice, object, recording } from '../../../test/support/recording-events.ts';

describe('a failing API server', () => {
  it('is asked again with growing pauses, and nothing is lost', async () => {
    const { clock, recorder, sent, server } = recording();
    server.answer = () => Promise.reject(failure(503, 'ServiceUnavailable'));
    recorder.record(object, notice());
    recorder.record(object, notice('other'));
    await clock.advance(6_000);
    expect(sent).toHaveLength(3);
    server.answer = async () => {};
    await clock.advance(60_000);
    expect(sent.slice(3).map(({ body }) => body.note)).toEqual(['other', 'allocated 203.0.113.7']);
  });

  it('is given up after five tries', async () => {
    const { clock, recorder, sent, server, logger } = recording();
    server.answer = () => Promise.reject(failure(500, 'InternalError'));
    recorder.record(object, notice());
    await clock.advance(600_000);
    expect(sent).toHaveLength(5);
    expect(logger.lines).toMatchObject([{ message: 'event not written', fields: { name: 'web' } }]);
    expect(clock.pending).toBe(0);
  });

  it('that refuses is not asked again', async () => {
    const { clock, recorder, sent, server } = recording();
    server.answer = () => Promise.reject(failure(403, 'Forbidden'));
    recorder.record(object, notice());
    await clock.advance(600_000);
    expect(sent).toHaveLength(1);
  });

  it('whose reply was lost has the Event already: the name is the same', async () => {
    const { clock, recorder, sent, server } = recording();
    let tries = 0;
    server.answer = async () => {
      tries += 1;
      if (tries === 1) throw failure(0, 'NoReply');
      if (tries === 2) throw failure(409, 'AlreadyExists');
    };
    recorder.record(object, notice());
    await clock.advance(10_000);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
    recorder.record(object, notice());
    await clock.advance(20_000);
    expect(sent.slice(2).map(({ verb, body }) => [verb, countOf(body)])).toEqual([['patch', 2]]);
  });
});

describe('flush', () => {
  it('writes all that waits at once, whatever it waits for', async () => {
    const { clock, recorder, sent } = recording();
    for (let i = 0; i < 40; i++) recorder.record(object, notice(`try ${i}`));
    recorder.record(object, notice('try 0'));
    await clock.advance(0);
    recorder.record(object, notice('try 1'));
    await recorder.flush();
    expect(sent.filter(({ verb }) => verb === 'create')).toHaveLength(40);
    expect(sent.filter(({ verb }) => verb === 'patch')).toHaveLength(2);
  });

  it('tries once, and ends within five seconds under an API server that is silent', async () => {
    const { clock, recorder, sent, server, logger } = recording();
    server.answer = () => Promise.reject(failure(503, 'ServiceUnavailable'));
    recorder.record(object, notice());
    await recorder.flush();
    server.answer = () => new Promise(() => {});
    recorder.record(object, notice('other'));
    recorder.record(object, notice('third'));
    const flushed = recorder.flush();
    await clock.advance(5_000);
    await flushed;
    expect(sent).toHaveLength(2);
    expect(logger.lines.map(({ message }) => message)).toEqual([
      'event not written',
      'events not written in time',
    ]);
  });

  it('with nothing to write resolves', async () => {
    const { recorder, sent } = recording();
    await recorder.flush();
    expect(sent).toEqual([]);
  });
});
