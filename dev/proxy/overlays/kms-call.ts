import type { Call, Reply } from '../call.ts';
import type { Next } from '../overlay.ts';
import { errorIn } from '../reply.ts';

export type Json = Readonly<Record<string, unknown>>;

export const isJson = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const listIn = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isJson) : []);

/** The same caller's call of another operation, perhaps in another region. */
export function withJson(call: Call, operation: string, input: Json, region = call.region): Call {
  const headers = call.http.headers.map((value, index, all) => {
    const name = index % 2 === 1 ? (all[index - 1] ?? '').toLowerCase() : '';
    if (name === 'x-amz-target') return `TrentService.${operation}`;
    return name === 'authorization' ? value.replace(`/${call.region}/kms/`, `/${region}/kms/`) : value;
  });
  return {
    ...call,
    operation,
    region,
    input,
    http: { ...call.http, headers, body: Buffer.from(JSON.stringify(input)) },
  };
}

export function jsonReply(body: Json): Reply {
  const headers = { 'content-type': 'application/x-amz-json-1.1' };
  return { status: 200, headers, body: Buffer.from(JSON.stringify(body)) };
}

/** A success with its document changed; errors pass through as they are. */
export function amendJson(reply: Reply, amend: (body: Json) => Json): Reply {
  if (errorIn(reply) !== undefined) return reply;
  const { 'content-length': _stale, ...headers } = reply.headers;
  return { ...reply, headers, body: Buffer.from(JSON.stringify(amend(bodyOf(reply)))) };
}

export function bodyOf(reply: Reply): Json {
  const body: unknown = JSON.parse(reply.body.toString('utf8') || '{}');
  return isJson(body) ? body : {};
}

/** The emulator's answer to another operation; throws its AwsError. */
export async function askKms(next: Next, call: Call): Promise<Json> {
  const reply = await next(call);
  const error = errorIn(reply);
  if (error !== undefined) throw error;
  return bodyOf(reply);
}
