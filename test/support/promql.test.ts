import { describe, expect, it } from 'vitest';
import { askedBy, samplesIn, unanswered } from './promql.ts';

const page = `# HELP calls_total Calls
# TYPE calls_total counter
calls_total{service="ec2",code="OK"} 3
calls_total{service="kms",code="Denied \\"x\\""} 1
up 1
`;
const samples = samplesIn(page);

describe('a scrape', () => {
  it('is read with its labels', () => {
    expect(samples).toEqual([
      { metric: 'calls_total', labels: { service: 'ec2', code: 'OK' }, value: 3 },
      { metric: 'calls_total', labels: { service: 'kms', code: 'Denied \\"x\\"' }, value: 1 },
      { metric: 'up', labels: {}, value: 1 },
    ]);
  });
});

describe('an expression', () => {
  it('asks for metrics with their matchers, and for labels', () => {
    expect(askedBy('sum by (code) (rate(calls_total{service=~"ec2|kms"}[$__rate_interval])) > 0')).toEqual({
      selectors: [{ metric: 'calls_total', matchers: [{ label: 'service', op: '=~', value: 'ec2|kms' }] }],
      groupings: ['code'],
    });
  });

  it.each(['sum by (code) (calls_total', 'rate(calls_total[5])x', '', '1 + 1'])('%j is refused', (text) => {
    expect(() => askedBy(text)).toThrow();
  });

  it.each<[string, string[]]>([
    ['sum by (service) (rate(calls_total{code!="OK"}[5m]))', []],
    ['calls_total * on () group_left () up', []],
    ['call_total', ['no metric call_total']],
    ['calls_total{servic="ec2"}', ['calls_total has no label servic']],
    ['calls_total{service="iam"}', ['no sample of calls_total{service="iam"}']],
    ['calls_total{service=~"ec"}', ['no sample of calls_total{service=~"ec"}']],
    ['sum by (operation) (calls_total)', ['none of calls_total has a label operation']],
    ['calls_total > on (servic) up', ['none of calls_total, up has a label servic']],
  ])('%s: %j', (expression, expected) => {
    expect(unanswered(expression, samples)).toEqual(expected);
  });
});
