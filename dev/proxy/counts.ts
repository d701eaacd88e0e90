import type { Call } from './call.ts';
import type { CallMatch, CallRecord } from './control-types.ts';
import { matchesPattern } from './pattern.ts';

const READS = /^(Describe|Get|List|AssumeRole|Simulate|Decode)/;

/** Whether an operation changes AWS. STS's AssumeRole and GetCallerIdentity are reads: they leave nothing behind. */
export function isWrite(operation: string): boolean {
  return !READS.test(operation);
}

export function matchesCall(
  match: CallMatch,
  call: Omit<CallMatch, 'where'> & Pick<CallRecord, 'input'>,
): boolean {
  for (const name of ['service', 'operation', 'region', 'accountId', 'accessKey'] as const) {
    const wanted = match[name];
    if (wanted !== undefined && !matchesPattern(wanted, call[name] ?? '')) return false;
  }
  return Object.entries(match.where ?? {}).every(([name, value]) => String(call.input[name] ?? '') === value);
}

/** Every AWS call that arrived, in order, injected failures included; in flight until `finish`. */
export class CallLog {
  #records: CallRecord[] = [];

  start(call: Call, at: number): CallRecord {
    const { id, service, operation, region, accountId, accessKey, input } = call;
    const record = { id, at, service, operation, region, accountId, accessKey, input, applied: false };
    this.#records.push(record);
    return record;
  }

  calls(match: CallMatch = {}): CallRecord[] {
    return this.#records.filter((record) => matchesCall(match, record));
  }

  writes(): CallRecord[] {
    return this.#records.filter((record) => isWrite(record.operation));
  }

  /** `ec2:AllocateAddress` → how many. */
  counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { service, operation } of this.#records) {
      const name = `${service}:${operation}`;
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  }

  reset(): void {
    this.#records = [];
  }
}
