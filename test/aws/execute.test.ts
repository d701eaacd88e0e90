import { describe, expect, it } from 'vitest';
import { type Aws, type AwsOptions, type CallRecord, createAws } from '../../src/aws/index.ts';
import { LeadershipLost } from '../../src/core/errors.ts';
import type { Clock } from '../../src/core/ports.ts';
import { cut, cutWithinBody, hang, html, ok, type Reply, refuse, startStubAws } from './stub-aws.ts';

const scope = { partition: 'aws', account: '111122223333', region: 'eu-central-1' };

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

async function against(
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

interface Seen {
  readonly requests: readonly { readonly operation: string; readonly connection: number }[];
  readonly records: readonly CallRecord[];
}

const allocate = (aws: Aws, mayWrite: () => void = () => {}) =>
  aws.execute({ call: 'ec2:AllocateAddress', input: { Domain: 'vpc' }, scope, creates: true, mayWrite });
const associate = (aws: Aws, mayWrite: () => void = () => {}) =>
  aws.execute({
    call: 'ec2:AssociateAddress',
    input: { AllocationId: 'eipalloc-1', NetworkInterfaceId: 'eni-1' },
    scope,
    creates: false,
    mayWrite,
  });

describe('a creating call', () => {
  it('answers with what AWS said', async () => {
    const body = '<publicIp>198.51.100.7</publicIp><allocationId>eipalloc-1</allocationId>';
    await against([ok('AllocateAddress', body)], async (aws, { records }) => {
      expect(await allocate(aws)).toMatchObject({ PublicIp: '198.51.100.7', AllocationId: 'eipalloc-1' });
      expect(records).toMatchObject([
        { call: 'ec2:AllocateAddress', code: 'OK', attempts: 1, account: '111122223333' },
      ]);
    });
  });

  it.each([
    ['a lost reply', cut, 'NoReply'],
    ['a reply that breaks off', cutWithinBody, 'NoReply'],
    ['a page of HTML', html, 'HTTP500'],
    ['an internal error', refuse(500, 'InternalError'), 'InternalError'],
  ])('is sent once, and %s is ambiguous', async (_, reply, code) => {
    await against([reply], async (aws, { requests, records }) => {
      await expect(allocate(aws)).rejects.toMatchObject({ class: 'Transient', definite: false, code });
      expect(requests).toHaveLength(1);
      expect(records).toMatchObject([{ code, attempts: 1 }]);
    });
  });

  it('is given up when no reply comes', async () => {
    await against(
      [hang],
      async (aws, { requests }) => {
        await expect(allocate(aws)).rejects.toMatchObject({
          class: 'Transient',
          definite: false,
          code: 'NoReply',
        });
        expect(requests).toHaveLength(1);
      },
      { requestTimeout: 100 },
    );
  });

  it('never goes over a connection that has been idle', async () => {
    await against([ok('AllocateAddress')], async (aws, { requests }) => {
      await allocate(aws);
      await allocate(aws);
      expect(new Set(requests.map(({ connection }) => connection)).size).toBe(2);
    });
  });

  it('is definite where nobody listens', async () => {
    let url = '';
    await startStubAws().then(async (stub) => {
      url = stub.url;
      await stub[Symbol.asyncDispose]();
    });
    await against(
      [],
      async (aws) => {
        await expect(allocate(aws)).rejects.toMatchObject({
          class: 'Transient',
          definite: true,
          code: 'NotConnected',
        });
      },
      { endpointUrl: url },
    );
  });
});

describe('any other call', () => {
  it('is tried three times after what may pass, over one connection', async () => {
    const replies = [refuse(503, 'RequestLimitExceeded'), refuse(503, 'Unavailable'), ok('AssociateAddress')];
    await against(replies, async (aws, { requests, records }) => {
      await associate(aws);
      expect(requests.map(({ operation }) => operation)).toEqual(Array(3).fill('AssociateAddress'));
      expect(new Set(requests.map(({ connection }) => connection)).size).toBe(1);
      expect(records).toMatchObject([{ code: 'OK', attempts: 3 }]);
    });
  });

  it('is not tried a fourth time', async () => {
    await against([cut], async (aws, { requests, records }) => {
      await expect(associate(aws)).rejects.toMatchObject({ code: 'NoReply' });
      expect(requests).toHaveLength(3);
      expect(records).toMatchObject([{ code: 'NoReply', attempts: 3 }]);
    });
  });

  it('is not repeated when refused', async () => {
    await against([refuse(400, 'InvalidAllocationID.NotFound')], async (aws, { requests }) => {
      await expect(associate(aws)).rejects.toMatchObject({
        class: 'NotFound',
        definite: true,
        requestId: 'r-2',
      });
      expect(requests).toHaveLength(1);
    });
  });

  it('is refused if it is not in the table', async () => {
    await against([], async (aws) => {
      await expect(
        aws.execute({ call: 'ec2:RunInstances', input: {}, scope, creates: true, mayWrite: () => {} }),
      ).rejects.toMatchObject({ class: 'Invalid', code: 'UnknownCall', definite: true });
    });
  });
});

describe('leadership', () => {
  it('is asked before each attempt of a write, and its loss leaves the call unsent', async () => {
    await against([refuse(503, 'Unavailable')], async (aws, { requests }) => {
      let asked = 0;
      const mayWrite = () => {
        asked++;
        if (asked === 2) throw new LeadershipLost();
      };
      await expect(associate(aws, mayWrite)).rejects.toBeInstanceOf(LeadershipLost);
      expect([asked, requests.length]).toEqual([2, 1]);
    });
  });

  it('is asked after credentials have been fetched', async () => {
    const order: string[] = [];
    const credentials = async () => {
      order.push('credentials');
      return { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
    };
    await against(
      [ok('AllocateAddress')],
      async (aws) => {
        await allocate(aws, () => void order.push('mayWrite'));
        expect(order.at(-1)).toBe('mayWrite');
        expect(order).toContain('credentials');
      },
      { credentials },
    );
  });

  it('is nothing to a read', async () => {
    await against([ok('DescribeAddresses')], async (aws) => {
      const mayWrite = () => {
        throw new LeadershipLost();
      };
      const request = { call: 'ec2:DescribeAddresses', input: {}, scope, creates: false, mayWrite };
      expect(await aws.execute(request)).toBeDefined();
    });
  });
});

it('says that there are no credentials, and sends nothing', async () => {
  const credentials = async () => {
    throw Object.assign(new Error('Could not load credentials from any providers'), {
      name: 'CredentialsProviderError',
    });
  };
  await against(
    [ok('AllocateAddress')],
    async (aws, { requests }) => {
      await expect(allocate(aws)).rejects.toMatchObject({
        class: 'Denied',
        code: 'InvalidCredentials',
        definite: true,
      });
      expect(requests).toHaveLength(0);
    },
    { credentials },
  );
});
