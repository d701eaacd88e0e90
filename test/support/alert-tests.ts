/** deploy/monitoring/alerts.yaml, and alerts.test.yaml, by which promtool tries them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { samplesIn } from './scrape.ts';

export const monitoring = join(import.meta.dirname, '..', '..', 'deploy', 'monitoring');
const read = (name: string): unknown => parse(readFileSync(join(monitoring, name), 'utf8'));

const text = z.string().min(1);
const rule = z.strictObject({
  alert: z.string().regex(/^Mooring[A-Z]\w+$/),
  expr: text,
  for: z.string().regex(/^\d+[mh]$/),
  labels: z.strictObject({ severity: z.enum(['critical', 'warning']) }),
  annotations: z.strictObject({ summary: text, description: text, runbook_url: z.url() }),
});
const file = z.strictObject({ groups: z.array(z.strictObject({ name: text, rules: z.array(rule) })) });
const check = z.strictObject({
  eval_time: z.string().regex(/^(\d+h)?(\d+m)?$/),
  alertname: text,
  exp_alerts: z.array(z.looseObject({})),
});
const tests = z.looseObject({
  tests: z.array(
    z.strictObject({
      name: text,
      interval: z.literal('1m'),
      input_series: z.array(z.strictObject({ series: text, values: z.union([z.string(), z.number()]) })),
      alert_rule_test: z.array(check),
    }),
  ),
});

export type AlertRule = z.infer<typeof rule>;
/** As the file has them. */
export const ruleGroups = file.parse(read('alerts.yaml')).groups;
export const alertRules: readonly AlertRule[] = ruleGroups.flatMap(({ rules }) => rules);

/** One of alerts.test.yaml's, as far as it is about one alert. */
export interface AlertTest {
  readonly name: string;
  readonly alert: string;
  /** In minutes from the beginning. */
  readonly checks: readonly { readonly minute: number; readonly fires: boolean }[];
  readonly series: readonly { readonly metric: string; readonly labels: Readonly<Record<string, string>> }[];
}

export const alertTests: readonly AlertTest[] = tests
  .parse(read('alerts.test.yaml'))
  .tests.flatMap(({ name, input_series, alert_rule_test }) =>
    [...Map.groupBy(alert_rule_test, ({ alertname }) => alertname)].map(([alert, checks]) => ({
      name,
      alert,
      checks: checks.map(({ eval_time, exp_alerts }) => ({
        minute: minutesOf(eval_time),
        fires: exp_alerts.length > 0,
      })),
      series: input_series.flatMap(({ series }) => samplesIn(`${series} 0`)),
    })),
  );

function minutesOf(duration: string): number {
  const [, hours = '0', minutes = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?$/.exec(duration) ?? [];
  return Number(hours) * 60 + Number(minutes);
}
