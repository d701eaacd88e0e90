/**
 * The alerts by Prometheus' own promtool: alerts.test.yaml says when each fires and when it must not. Here it is run, and
 * held to say both of every alert, and to notice when one is changed.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { promtoolBinary } from '../../dev/toolchain/promtool.ts';
import { run } from '../../dev/toolchain/run.ts';
import { type AlertRule, alertRules, alertTests, monitoring, ruleGroups } from '../support/alert-tests.ts';
import { everything, render } from '../support/chart.ts';

const promtool = async (...args: string[]) => run(await promtoolBinary(), args);
const names = alertRules.map(({ alert }) => alert);

describe('the alerts', () => {
  it('are rules that Prometheus takes', async () => {
    expect(await promtool('check', 'rules', join(monitoring, 'alerts.yaml'))).toContain(
      `${names.length} rules found`,
    );
  });

  it('fire when they should and not else, in the words that are expected', async () => {
    expect(await promtool('test', 'rules', join(monitoring, 'alerts.test.yaml'))).toContain('SUCCESS');
  });

  it('are the groups that the chart makes a PrometheusRule of', async () => {
    const made = (await render(everything)).filter(({ kind }) => kind === 'PrometheusRule');
    expect(made).toMatchObject([{ spec: { groups: ruleGroups } }]);
  });
});

describe('alerts.test.yaml', () => {
  it('tries alerts that there are', () => {
    expect([...new Set(alertTests.map(({ alert }) => alert))].sort()).toEqual(names.toSorted());
  });

  it.each(names)(
    'has %s fire after a time in which it does not, and has a case in which it never does',
    (name) => {
      const cases = alertTests.filter(({ alert }) => alert === name);
      const held = ({ checks }: (typeof cases)[number]) =>
        checks.some(
          ({ fires, minute }) => fires && checks.some((other) => !other.fires && other.minute < minute),
        );
      expect(cases.filter(held)).not.toEqual([]);
      expect(cases.filter(({ checks }) => checks.every(({ fires }) => !fires))).not.toEqual([]);
    },
  );

  it.each<[string, (rule: AlertRule) => AlertRule]>([
    ['never fires', (rule) => ({ ...rule, expr: `(${rule.expr}) and on () vector(1) < 0` })],
    ['does not wait', (rule) => ({ ...rule, for: '0m' })],
    [
      'waits for twice as long',
      (rule) => ({ ...rule, for: rule.for.replace(/\d+/, (n) => `${Number(n) * 2}`) }),
    ],
    [
      'has another severity',
      ({ labels: { severity }, ...rule }) => ({
        ...rule,
        labels: { severity: severity === 'critical' ? 'warning' : 'critical' },
      }),
    ],
  ])('notices each alert that %s', async (_, changed) => {
    expect(await failing(alertRules.map(changed))).toEqual(names.toSorted());
  });
});

/** Those of `rules` that do otherwise than alerts.test.yaml says. */
async function failing(rules: readonly AlertRule[]): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'mooring-alerts-'));
  try {
    await writeFile(join(directory, 'alerts.yaml'), stringify({ groups: [{ name: 'changed', rules }] }));
    await copyFile(join(monitoring, 'alerts.test.yaml'), join(directory, 'alerts.test.yaml'));
    const told = await outputOf(await promtoolBinary(), 'test', 'rules', join(directory, 'alerts.test.yaml'));
    return [...new Set([...told.matchAll(/alertname: (\w+), time:/g)].map(([, name = '']) => name))].sort();
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Whatever its exit code. */
const outputOf = (command: string, ...args: string[]): Promise<string> =>
  new Promise((resolve) => {
    execFile(command, args, { maxBuffer: 64 * 1024 * 1024 }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
