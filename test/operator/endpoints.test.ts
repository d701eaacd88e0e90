import { expect } from 'vitest';
import { onTestBed } from '../support/test-bed.ts';

const it = onTestBed('sa-east-1');

const read = async (url: string) => {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
};

it('healthz, readyz and metrics answer', async ({ bed }) => {
  const { health, metrics } = await bed.spawn([], null);
  await bed.kube.apply('web');
  await bed.kube.waitReady('web');
  expect(await read(`${health}/healthz`)).toEqual({ status: 200, text: 'ok' });
  const { text } = await read(`${health}/readyz?verbose`);
  expect(text).toContain('[+]informer-elasticips ok');
  const page = await read(`${metrics}/metrics`);
  expect(page.status).toBe(200);
  expect(page.text).toContain(
    'mooring_aws_requests_total{service="ec2",operation="AllocateAddress",code="OK"} 1\n',
  );
});

it('only objects of the given namespaces and labels are looked at', async ({ bed }) => {
  await bed.start(['--selector', 'team=web']);
  await bed.kube.apply('other');
  await bed.kube.apply('web');
  await bed.kube.patch('web', { metadata: { labels: { team: 'web' } } });
  await bed.kube.waitReady('web');
  expect((await bed.kube.get('other')).status?.observedGeneration).toBe(-1);
  expect(await bed.ec2.ownAddresses()).toHaveLength(1);
});

it('labels that could not be put on the Images of a schedule are refused at the start', async ({ bed }) => {
  const schedules = ['--kinds', 'Image', '--kinds', 'ImageSchedule'];
  await expect(bed.start([...schedules, '--selector', 'env!=dev,team in (web,shop)'])).rejects.toThrow(
    '--selector: the Images that ImageSchedule makes are labelled so that this operator sees them, and "team in (web,shop)" does not say with which value',
  );
});
