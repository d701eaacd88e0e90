import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { monitoring } from './alert-tests.ts';
import type { Prometheus } from './prometheus.ts';

/** What deploy/monitoring/dashboard.json asks Prometheus. */
export interface Query {
  /** The panel's. */
  readonly title: string;
  readonly expr: string;
  /** The labels by which the panel tells its series apart. */
  readonly legend: readonly string[];
}

const target = z.object({ expr: z.string(), legendFormat: z.string().default('') });
export const queries: readonly Query[] = z
  .object({ panels: z.array(z.object({ title: z.string(), targets: z.array(target) })) })
  .parse(JSON.parse(readFileSync(join(monitoring, 'dashboard.json'), 'utf8')))
  .panels.flatMap(({ title, targets }) =>
    targets.map(({ expr, legendFormat }) => ({
      title,
      // Grafana's, of four scrapes at least.
      expr: expr.replaceAll('$__rate_interval', '1m'),
      legend: [...legendFormat.matchAll(/\{\{(\w+)\}\}/g)].map(([, label = '']) => label),
    })),
  );

/** What a panel has not to show, in words. */
export async function lacking(prometheus: Prometheus, { title, expr, legend }: Query): Promise<string[]> {
  const samples = await prometheus.query(expr);
  if (samples.length === 0) return [`${title}: nothing`];
  const missing = legend.filter((label) => !samples.every(({ labels }) => labels[label]));
  return missing.map((label) => `${title}: no ${label}`);
}
