import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { gauges } from '../../src/kinds/image-schedule/gauges.ts';
import { createMetrics } from '../../src/runtime/metrics/metrics.ts';

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
  const text = z.string().min(1);
  const rule = z.strictObject({
    alert: z.string().regex(/^Mooring[A-Z]\w+$/),
    expr: text,
    for: z.string().regex(/^\d+[mh]$/),
    labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
    annotations: z.strictObject({ summary: text, description: text, runbook_url: z.url() }),
  });
  const file = z.strictObject({ groups: z.array(z.strictObject({ name: text, rules: z.array(rule) })) });
  const alerts = file
    .parse(parse(readFileSync(join(root, 'deploy', 'monitoring', 'alerts.yaml'), 'utf8')))
    .groups.flatMap(({ rules }) => rules);
  const headings = [...page.matchAll(/^### (\w+)$/gm)].map(([, heading = '']) => heading);

  it('have a heading each that says what to do, and it is where they point', () => {
    expect(alerts.map(({ alert }) => alert).sort()).toEqual(headings.toSorted());
    for (const { alert, annotations } of alerts) {
      expect(annotations.runbook_url).toMatch(new RegExp(`/docs/metrics\\.md#${alert.toLowerCase()}$`));
    }
  });
});
