import { Pool } from 'undici';
import { type Call, type Reply, withForm } from './call.ts';
import type { EmulatorFailure } from './control-types.ts';
import { Mutex } from './mutex.ts';
import type { Ask } from './overlay.ts';
import { AwsError, errorIn, errorReply, isHtmlFailure } from './reply.ts';
import { parseXml } from './xml.ts';

// Hop-by-hop, or written anew by the client; accept-encoding would only make the replies unreadable here.
const NOT_FORWARDED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'transfer-encoding',
]);

/** The emulator behind the proxy: one call out, one reply back, its web pages turned into AWS errors. */
export class Upstream {
  #pool: Pool;
  #failures: EmulatorFailure[] = [];
  #mutex = new Mutex();

  constructor(url: string) {
    this.#pool = new Pool(url, { connections: 32, pipelining: 1 });
  }

  /** IAM's calls go one at a time: the emulator iterates dictionaries that another thread changes. */
  async send(call: Call): Promise<Reply> {
    if (call.service !== 'iam') return this.#send(call);
    return this.#mutex.run('iam', () => this.#send(call));
  }

  ask(call: Call): Ask {
    return async (operation, fields) => {
      const reply = await this.send(withForm(call, operation, fields));
      const error = errorIn(reply);
      if (error !== undefined) throw error;
      return parseXml(reply.body.toString('utf8'));
    };
  }

  failures(): EmulatorFailure[] {
    return [...this.#failures];
  }

  recordFailure({ service, operation, region, input }: Call, status: number, text: string): void {
    const firstLines = text.split('\n').slice(0, 8).join('\n');
    this.#failures.push({ at: Date.now(), service, operation, region, input, status, firstLines });
  }

  resetFailures(): void {
    this.#failures = [];
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #send(call: Call): Promise<Reply> {
    const reply = await this.#exchange(call);
    if (!isHtmlFailure(reply)) return reply;
    this.recordFailure(call, reply.status, reply.body.toString('utf8'));
    const message = `The emulator does not implement ${call.service}:${call.operation} with these parameters.`;
    return errorReply(call, new AwsError('EmulatorUnsupported', message, 501));
  }

  async #exchange(call: Call): Promise<Reply> {
    const { method, path, headers, body } = call.http;
    try {
      const response = await this.#pool.request({
        method,
        path,
        headers: forwarded(headers),
        body: body.length === 0 ? null : body,
      });
      const bytes = Buffer.from(await response.body.arrayBuffer());
      return { status: response.statusCode, headers: flatten(response.headers), body: bytes };
    } catch (error) {
      const message = `The emulator cannot be reached: ${error instanceof Error ? error.message : String(error)}`;
      return errorReply(call, new AwsError('ServiceUnavailable', message, 503));
    }
  }
}

function forwarded(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (!NOT_FORWARDED.has(name.toLowerCase())) kept.push(name, headers[index + 1] ?? '');
  }
  return kept;
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || NOT_FORWARDED.has(name)) continue;
    flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
