import { NodeHttpHandler, type NodeHttpHandlerOptions } from '@smithy/node-http-handler';
import type { Clock } from '../core/ports.ts';

/**
 * How far this machine's clock is off AWS's, by the `Date` of AWS's replies, which is to the second:
 * https://www.rfc-editor.org/rfc/rfc9110.html#name-date. Nothing else tells, for the SDK corrects the times it
 * signs by itself.
 */
export interface AwsTime {
  /** A reply's `Date`. */
  heard(date: string | undefined): void;
  /** Milliseconds, negative for a clock that is behind; undefined until AWS has replied. */
  ahead(): number | undefined;
}

export function createAwsTime(clock: Pick<Clock, 'now'>): AwsTime {
  let latest: number | undefined;
  return {
    heard(date) {
      const time = Date.parse(date ?? '');
      if (!Number.isNaN(time)) latest = clock.now() - time;
    },
    ahead: () => latest,
  };
}

/** Passes on the `Date` of every reply, errors included. */
export class DateHearingHandler extends NodeHttpHandler {
  readonly #heard: AwsTime['heard'];

  constructor(options: NodeHttpHandlerOptions, heard: AwsTime['heard']) {
    super(options);
    this.#heard = heard;
  }

  override async handle(
    ...request: Parameters<NodeHttpHandler['handle']>
  ): ReturnType<NodeHttpHandler['handle']> {
    const reply = await super.handle(...request);
    this.#heard(reply.response.headers.date);
    return reply;
  }
}
