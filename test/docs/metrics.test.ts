import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { gauges } from '../../src/kinds/image-schedule/gauges.ts';
import { createMetrics } from '../../src/runtime/metrics/metrics.ts';
import { alertRules, alertTests } from '../support/alert-tests.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'metrics.md'), 'utf8');

/** Name → labels, as the page's tables have them. */
const documented = new Map(
  [...page.matchAll(/^\| `([a-z_]+)` \| ([^|]*) \|/gm)].map(([, name = '', labels = '']) => [
    name,
    [...labels.matchAll(/`([a-z_]+)`/g)].map(([, label]) => label),
  ]),
);

/** Name → labels, of everything that the operator registers. */
function registered(): Map<string, string[]> {
  const registry = new Registry();
  createMetrics({ process: false, registry }).samples.declare(gauges.definitions);
  return new Map(
    registry.getMetricsAsArray().map((metric) => {
      const labels: unknown = Reflect.get(metric, 'labelNames');
      return [metric.name, Array.isArray(labels) ? labels.map(String) : []];
    }),
  );
}

describe('docs/metrics.md', () => {
  it('has every metric with its labels, and no other', () => {
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(registered()));
  });
});

describe('the alerts', () => {
  const headings = [...page.matchAll(/^### (\w+)$/gm)].map(([, heading = '']) => heading);

  it('have a heading each that says what to do, and it is where they point', () => {
    expect(alertRules.map(({ alert }) => alert).sort()).toEqual(headings.toSorted());
    for (const { alert, annotations } of alertRules) {
      expect(annotations.runbook_url).toMatch(new RegExp(`/docs/metrics\\.md#${alert.toLowerCase()}$`));
    }
  });

  it('are tried with series as the operator emits them and Prometheus stores them', () => {
    const metrics = registered();
    for (const { name, series } of alertTests) {
      for (const { metric, labels } of series) {
        const expected = [...(metrics.get(metric) ?? ['no such metric']), 'job', 'instance'];
        expect(Object.keys(labels).sort(), `${name}: ${metric}`).toEqual(expected.sort());
      }
    }
  });
});
