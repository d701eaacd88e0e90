import { type Call, field, scopeOf } from './call.ts';
import type { Quota, Quotas } from './control-types.ts';
import { matchesPattern } from './pattern.ts';
import { AwsError } from './reply.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/** Token buckets by account, region and operation, as AWS keeps them. No quotas set: nothing is throttled. */
export class Throttle {
  #quotas: Array<readonly [string, Quota]> = [];
  #buckets = new Map<string, Bucket>();

  /** Replaces all quotas; the buckets start full. */
  setQuotas(quotas: Quotas): void {
    this.#quotas = Object.entries(quotas).sort(([one], [other]) => other.length - one.length);
    this.#buckets.clear();
  }

  /** Takes a token; false when there is none, that is, when AWS would refuse. `now` in milliseconds. */
  admit(call: Call, now: number): boolean {
    const name = `${call.service}:${call.operation}`;
    const special = isUnfiltered(call)
      ? this.#quotas.find(([pattern]) => pattern === `${name} unfiltered`)
      : undefined;
    const quota = (special ?? this.#quotas.find(([pattern]) => matchesPattern(pattern, name)))?.[1];
    if (quota === undefined) return true;
    const key = `${scopeOf(call)} ${special === undefined ? name : special[0]}`;
    const bucket = this.#buckets.get(key) ?? { tokens: quota.burst, at: now };
    this.#buckets.set(key, bucket);
    bucket.tokens = Math.min(quota.burst, bucket.tokens + ((now - bucket.at) / 1000) * quota.perSecond);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}

/** EC2 gives some reads a smaller bucket when neither filtered nor paged: `ec2:DescribeInstances unfiltered`. */
function isUnfiltered(call: Call): boolean {
  return (
    call.service === 'ec2' &&
    call.operation.startsWith('Describe') &&
    field(call, 'Filter.1.Name') === undefined &&
    field(call, 'MaxResults') === undefined
  );
}

/** The words each service refuses with when its request rate is exceeded. */
export function throttlingError(service: string): AwsError {
  if (service === 'ec2') return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
  if (service === 'kms') {
    return new AwsError('ThrottlingException', 'You have exceeded the rate at which you may call KMS.', 400);
  }
  return new AwsError(service === 'tagging' ? 'ThrottledException' : 'Throttling', 'Rate exceeded', 400);
}
