import { describe, expect, it } from 'vitest';
import { createLogger, type LogFormat, type LogLevel } from './log.ts';

const at = Date.UTC(2030, 0, 2, 3, 4, 5, 6);

function logging(format: LogFormat, level: LogLevel = 'info') {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  return { lines, logger: createLogger({ level, format, clock: { now: () => at }, destination }) };
}

const parsed = (line: string | undefined): unknown => JSON.parse(line ?? '');

describe('json', () => {
  it('is one object a line, with the injected time and the level as a word', () => {
    const { lines, logger } = logging('json');
    logger.warn({ key: 'shop/web' }, 'slow');
    expect(lines).toHaveLength(1);
    expect(parsed(lines[0])).toEqual({
      level: 'warn',
      time: '2030-01-02T03:04:05.006Z',
      key: 'shop/web',
      msg: 'slow',
    });
  });

  it('leaves out what is below the level', () => {
    const { lines, logger } = logging('json', 'warn');
    logger.debug({}, 'a');
    logger.info({}, 'b');
    logger.error({}, 'c');
    expect(lines.map(parsed)).toMatchObject([{ level: 'error', msg: 'c' }]);
  });

  it('writes an error with its stack and its cause', () => {
    const { lines, logger } = logging('json');
    logger.error({ error: new Error('outer', { cause: new Error('inner') }) }, 'failed');
    expect(parsed(lines[0])).toMatchObject({
      error: { message: 'outer', stack: expect.stringContaining('log.test.ts'), cause: { message: 'inner' } },
    });
  });

  it('replaces what is stored under a secret name', () => {
    const { lines, logger } = logging('json');
    logger.info({ sessionToken: 's1', credentials: { secretAccessKey: 's2', region: 'eu-west-1' } }, 'm');
    expect(parsed(lines[0])).toMatchObject({
      sessionToken: '[redacted]',
      credentials: { secretAccessKey: '[redacted]', region: 'eu-west-1' },
    });
  });
});

describe('pretty', () => {
  it('is a line for a person, written before the call returns', () => {
    const { lines, logger } = logging('pretty');
    logger.info({ key: 'shop/web' }, 'reconciled');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\[\d\d:\d\d:05\.006\] INFO: reconciled.*"key":"shop\/web".*\n$/);
  });
});
