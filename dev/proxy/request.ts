import type { Call, HttpRequest, Protocol } from './call.ts';

const DEFAULT_ACCOUNT = '123456789012';

interface Scope {
  readonly accessKey: string;
  readonly region: string;
  readonly service: string;
}

/**
 * Says what an HTTP request asks of AWS. Service and region come from the SigV4 credential scope, as AWS
 * itself reads them; an unsigned request (AssumeRoleWithWebIdentity) is known by its host or action.
 */
export function identify(
  id: number,
  http: HttpRequest,
  accountOf: (accessKey: string) => string | undefined,
): Call {
  const headers = headerMap(http.headers);
  const scope = credentialScope(headers.get('authorization'));
  const target = headers.get('x-amz-target');
  const parsed = target === undefined ? parseForm(headers, http.body) : parseJson(target, http.body);
  const service = scope?.service ?? unsignedService(parsed.operation, headers.get('host') ?? '');
  const accessKey = scope?.accessKey ?? '';
  return {
    id,
    protocol: protocolOf(service, target !== undefined, parsed.operation),
    service: parsed.operation === '' ? '' : service,
    operation: parsed.operation,
    region: scope?.region ?? 'us-east-1',
    accountId: accountOf(accessKey) ?? DEFAULT_ACCOUNT,
    accessKey,
    input: parsed.input,
    http,
  };
}

function headerMap(flat: readonly string[]): Map<string, string> {
  const map = new Map<string, string>();
  for (let index = 0; index + 1 < flat.length; index += 2) {
    map.set((flat[index] ?? '').toLowerCase(), flat[index + 1] ?? '');
  }
  return map;
}

// Credential=AKIA…/20260101/eu-west-1/ec2/aws4_request
const CREDENTIAL = /Credential=([^/,\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;

function credentialScope(authorization: string | undefined): Scope | undefined {
  const match = CREDENTIAL.exec(authorization ?? '');
  const [, accessKey, region, service] = match ?? [];
  if (accessKey === undefined || region === undefined || service === undefined) return undefined;
  return { accessKey, region, service };
}

interface Parsed {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

function parseForm(headers: Map<string, string>, body: Buffer): Parsed {
  if (!(headers.get('content-type') ?? '').includes('x-www-form-urlencoded'))
    return { operation: '', input: {} };
  const {
    Action,
    Version: _version,
    ...input
  } = Object.fromEntries(new URLSearchParams(body.toString('utf8')));
  return { operation: Action ?? '', input };
}

function parseJson(target: string, body: Buffer): Parsed {
  const operation = target.slice(target.lastIndexOf('.') + 1);
  const value: unknown = body.length === 0 ? {} : tryJson(body.toString('utf8'));
  return { operation, input: isRecord(value) ? value : {} };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A malformed body is the emulator's to refuse, in its own words.
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unsignedService(operation: string, host: string): string {
  if (operation.startsWith('AssumeRole')) return 'sts';
  return /^([a-z0-9-]+)\..*amazonaws\.com/.exec(host)?.[1] ?? '';
}

function protocolOf(service: string, json: boolean, operation: string): Protocol {
  if (operation === '') return 'none';
  if (json) return 'json';
  return service === 'ec2' ? 'ec2' : 'query';
}
