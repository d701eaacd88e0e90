import { pino } from 'pino';
import { prettyFactory } from 'pino-pretty';
import type { Clock, Logger } from '../core/ports.ts';

/**
 * Guarantees
 * - A line is written before the call that logs it returns: what led to an exit is never lost in a buffer.
 * - What is stored under a name that means a secret is replaced, one object deep, before it is written.
 *   That is a net and not a licence: no caller passes secrets.
 * - An `error` field that holds an Error is written with its stack and causes.
 */

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ['json', 'pretty'] as const;
export type LogFormat = (typeof logFormats)[number];

export interface Sink {
  write(line: string): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly clock: Pick<Clock, 'now'>;
  /** Where lines go: standard output unless told otherwise. */
  readonly destination?: Sink;
  /** ANSI colours in the `pretty` format. */
  readonly colour?: boolean;
}

const secretNames = [
  'authorization',
  'Authorization',
  'password',
  'token',
  'accessKeyId',
  'secretAccessKey',
  'SecretAccessKey',
  'sessionToken',
  'SessionToken',
  'clientKeyData',
];

const standardOutput = 1;

/** One JSON object a line (`level` a word, `time` RFC 3339, `msg`), or the same for a person to read. */
export function createLogger({ level, format, clock, destination, colour = false }: LogOptions): Logger {
  const sink = destination ?? pino.destination({ dest: standardOutput, sync: true });
  return pino(
    {
      level,
      // pid and hostname say nothing that the pod's name does not.
      base: null,
      timestamp: () => `,"time":"${new Date(clock.now()).toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: pino.stdSerializers.errWithCause, err: pino.stdSerializers.errWithCause },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '[redacted]' },
    },
    format === 'json' ? sink : readable(sink, colour),
  );
}

/**
 * Not a pino transport, which is a worker thread that loads a file by its name: a bundle has no such file,
 * and a process that exits does not wait for it.
 */
function readable(sink: Sink, colour: boolean): Sink {
  const prettify = prettyFactory({ colorize: colour, translateTime: 'SYS:HH:MM:ss.l', singleLine: true });
  return { write: (line) => sink.write(prettify(line)) };
}
