import { type Aws, type AwsOptions, type CallRecord, createAws } from '../../src/aws/index.ts';
import type { Clock } from '../../src/core/ports.ts';
import { type Reply, startStubAws } from './stub-aws.ts';

export const scope = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };

/** Time that jumps to whatever is waited for. */
function hastyClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    after(milliseconds, callback) {
      const due = now + milliseconds;
      const immediate = setImmediate(() => {
        now = Math.max(now, due);
        callback();
      });
      return { cancel: () => clearImmediate(immediate) };
    },
  };
}

export async function against(
  replies: Reply[],
  run: (aws: Aws, seen: Seen) => Promise<void>,
  more: Partial<AwsOptions> = {},
) {
  await using stub = await startStubAws(...replies);
  const records: CallRecord[] = [];
  const aws = createAws({
    clock: hastyClock(),
    random: () => 0.5,
    endpointUrl: stub.url,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
    onCall: (record) => records.push(record),
    ...more,
  });
  try {
    await run(aws, { requests: stub.requests, records });
  } finally {
    aws.close();
  }
}

export interface Seen {
  readonly requests: readonly { readonly operation: string; readonly connection: number }[];
  readonly records: readonly CallRecord[];
}

export const allocate = (aws: Aws, mayWrite: () => void = () => {}) =>
  aws.execute({ call: 'ec2:AllocateAddress', input: { Domain: 'vpc' }, scope, creates: true, mayWrite });
export const associate = (aws: Aws, mayWrite: () => void = () => {}) =>
  aws.execute({
    call: 'ec2:AssociateAddress',
    input: { AllocationId: 'eipalloc-1', NetworkInterfaceId: 'eni-1' },
    scope,
    creates: false,
    mayWrite,
  });
