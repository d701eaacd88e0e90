import type { Call, HttpRequest } from './call.ts';
import { identify } from './request.ts';

/** A signed query-protocol call as an SDK would send it: for tests. */
export function callOf(service: string, operation: string, input: Record<string, string> = {}): Call {
  return identify(
    1,
    httpOf(service, new URLSearchParams({ Action: operation, ...input }).toString()),
    () => undefined,
  );
}

export function httpOf(service: string, body: string, extra: readonly string[] = []): HttpRequest {
  const scope = `Credential=AKIATEST/20260101/eu-west-1/${service}/aws4_request`;
  const authorization = `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=00`;
  const type = extra.length === 0 ? ['Content-Type', 'application/x-www-form-urlencoded'] : [];
  const headers = [
    'Host',
    `${service}.eu-west-1.amazonaws.com`,
    'Authorization',
    authorization,
    ...type,
    ...extra,
  ];
  return { method: 'POST', path: '/', headers, body: Buffer.from(body) };
}
