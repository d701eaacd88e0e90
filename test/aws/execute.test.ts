import { describe, expect, it } from 'vitest';
import { against, allocate, associate, scope } from './against-stub.ts';
import { cut, cutWithinBody, hang, html, ok, refuse, startStubAws } from './stub-aws.ts';

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
