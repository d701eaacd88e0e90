import { expect } from 'vitest';
import { onTestBed } from '../support/test-bed.ts';

const it = onTestBed('us-iso-east-1');

it('a step is one line in the log: its object, call, reason and request, and no secret', async ({ bed }) => {
  const operator = await bed.start(['--kinds', 'ElasticIP', '--log-level', 'info']);
  await bed.kube.apply('web');
  await bed.kube.waitReady('web');
  await bed.inject(
    { error: { code: 'UnauthorizedOperation', message: 'You are not authorized', status: 403 } },
    { operation: 'AllocateAddress' },
  );
  await bed.kube.apply('denied');
  await bed.kube.waitEvent('denied', 'AccessDenied');

  const lines: Record<string, unknown>[] = operator.logs.map((line) => JSON.parse(line));
  const steps = lines.filter(({ call }) => call !== undefined);
  const common = {
    kind: 'ElasticIP',
    namespace: bed.namespace,
    region: bed.region,
    call: 'ec2:AllocateAddress',
  };
  const why = "no address carries this object's identity";
  expect(steps.slice(0, 2)).toMatchObject([
    {
      ...common,
      level: 'info',
      name: 'web',
      why,
      msg: 'called AWS',
      requestId: expect.stringMatching(/^\S+$/),
    },
    { ...common, level: 'warn', name: 'denied', why, msg: 'a call failed', code: 'UnauthorizedOperation' },
  ]);
  expect(operator.logs.join('\n')).not.toContain(process.env.AWS_SECRET_ACCESS_KEY);
});
