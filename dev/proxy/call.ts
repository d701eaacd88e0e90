/** One AWS request, identified. What an overlay, a fault rule or a count can be about. */
export interface Call {
  /** Rises by one with every call the proxy sees. */
  readonly id: number;
  /** `query` is IAM's and STS's XML dialect, `ec2` EC2's, `json` the X-Amz-Target one (KMS, tagging). */
  readonly protocol: Protocol;
  /** The signing name: `ec2`, `iam`, `sts`, `kms`, `tagging`. Empty for what is not an AWS call. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKey: string;
  /** The form fields as sent (`TagSpecification.1.Tag.1.Key`), or the JSON body. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly http: HttpRequest;
}

export type Protocol = 'ec2' | 'query' | 'json' | 'none';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** Name, value, name, value: as received, so that nothing is lost on the way to the emulator. */
  readonly headers: readonly string[];
  readonly body: Buffer;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** State in the proxy is kept by account and region, as AWS keeps it. */
export function scopeOf(call: Call): string {
  return `${call.accountId}/${call.region}`;
}

/** A field of the input as text; undefined when absent. Booleans and numbers in JSON become their text. */
export function field(call: Call, name: string): string | undefined {
  const value = call.input[name];
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** A query-protocol list: `InstanceId` reads `InstanceId.1`, `InstanceId.2`, … */
export function fieldList(call: Call, name: string): string[] {
  const found: string[] = [];
  for (let index = 1; ; index += 1) {
    const value = field(call, `${name}.${index}`);
    if (value === undefined) return found;
    found.push(value);
  }
}

/** The same call with other form fields: for what an overlay asks of the emulator in its stead. */
export function withForm(call: Call, operation: string, fields: Readonly<Record<string, string>>): Call {
  const version = new URLSearchParams(call.http.body.toString('utf8')).get('Version') ?? '';
  const form = new URLSearchParams({ Action: operation, Version: version, ...fields });
  return { ...call, operation, input: fields, http: { ...call.http, body: Buffer.from(form.toString()) } };
}

/** The form fields of a query-protocol call, as {@link withForm} takes them. */
export function formFields(call: Call): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [name, value] of Object.entries(call.input)) {
    if (typeof value === 'string') fields[name] = value;
  }
  return fields;
}
