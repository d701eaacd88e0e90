/** The least of a Kubernetes client: what bringing up a control plane needs. Independent of src/ on purpose. */
import { request } from 'node:https';

export interface ApiEndpoint {
  /** Such as "https://127.0.0.1:20443". */
  server: string;
  /** PEM. */
  ca: string;
}

export interface ApiRequest {
  method: string;
  /** With the query, such as "/api/v1/namespaces?limit=1". */
  path: string;
  /** Bearer token; without one the request is anonymous. */
  token?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Default: application/json. */
  contentType?: string;
}

export interface ApiResponse {
  status: number;
  /** Parsed where it is JSON, else the text. */
  body: unknown;
}

const timeoutMs = 10_000;

/** One request on a connection of its own. Any status resolves; only a failed connection or 10 s of silence rejects. */
export function apiRequest(endpoint: ApiEndpoint, call: ApiRequest): Promise<ApiResponse> {
  const payload = call.body === undefined ? undefined : JSON.stringify(call.body);
  const headers = {
    accept: 'application/json',
    ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
    ...(payload === undefined ? {} : { 'content-type': call.contentType ?? 'application/json' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(
      new URL(call.path, endpoint.server),
      { method: call.method, headers, ca: endpoint.ca, agent: false, timeout: timeoutMs },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, body: parsed(Buffer.concat(chunks).toString()) }),
        );
      },
    );
    sent.on('timeout', () =>
      sent.destroy(new Error(`${call.method} ${call.path}: no answer in ${timeoutMs} ms`)),
    );
    sent.on('error', reject);
    sent.end(payload);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
