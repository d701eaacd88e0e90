import { describe, expect, it } from 'vitest';
import { LeadershipLost } from '../../src/core/errors.ts';
import { against, allocate, associate, scope } from './against-stub.ts';
import { ok, refuse } from './stub-aws.ts';

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
        class: 'Unauthenticated',
        code: 'InvalidCredentials',
        definite: true,
      });
      expect(requests).toHaveLength(0);
    },
    { credentials },
  );
});
