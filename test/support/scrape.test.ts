import { expect, it } from 'vitest';
import { samplesIn } from './scrape.ts';

const page = `# HELP calls_total Calls
# TYPE calls_total counter
calls_total{service="ec2",code="OK"} 3
calls_total{service="kms",code="Denied \\"x\\""} 1
up 1
`;

it('a scrape is read with its labels', () => {
  expect(samplesIn(page)).toEqual([
    { metric: 'calls_total', labels: { service: 'ec2', code: 'OK' }, value: 3 },
    { metric: 'calls_total', labels: { service: 'kms', code: 'Denied \\"x\\"' }, value: 1 },
    { metric: 'up', labels: {}, value: 1 },
  ]);
});
