import type { SyntaxNodeRef } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** What a PromQL expression asks of the metrics there are. */
export interface Asked {
  readonly selectors: readonly Selector[];
  /** Labels that it groups or matches by: `by`, `without`, `on`, `ignoring`, `group_left`, `group_right`. */
  readonly groupings: readonly string[];
}

export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  readonly value: string;
}

/** By Prometheus' own grammar. Throws where it is no PromQL. Grafana's `$__rate_interval` stands for a range. */
export function askedBy(expression: string): Asked {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const of = ({ from, to }: Pick<SyntaxNodeRef, 'from' | 'to'>) => text.slice(from, to);
  const selectors: { metric: string; matchers: Matcher[] }[] = [];
  const groupings: string[] = [];
  parser.parse(text).iterate({
    enter(found) {
      const { node } = found;
      if (found.type.isError) throw new Error(`not PromQL at ${found.from}: ${text}`);
      if (found.name === 'VectorSelector') {
        const name = node.getChild('Identifier');
        if (!name) throw new Error(`a selector without a metric's name: ${of(found)}`);
        selectors.push({ metric: of(name), matchers: [] });
      }
      if (found.name === 'UnquotedLabelMatcher') selectors.at(-1)?.matchers.push(matcherOf(found, of));
      if (found.name === 'GroupingLabels') groupings.push(...node.getChildren('LabelName').map(of));
    },
  });
  if (selectors.length === 0) throw new Error(`asks for no metric: ${text}`);
  return { selectors, groupings };
}

const ops = ['=', '!=', '=~', '!~'] as const;

function matcherOf(
  { node }: SyntaxNodeRef,
  of: (part: SyntaxNodeRef | { from: number; to: number }) => string,
): Matcher {
  const part = (name: string): string => {
    const child = node.getChild(name);
    return child ? of(child) : '';
  };
  const op = ops.find((one) => one === part('MatchOp'));
  if (!op) throw new Error(`an unknown matcher: ${of(node)}`);
  return { label: part('LabelName'), op, value: String(JSON.parse(part('StringLiteral'))) };
}

/** One line of a scrape. */
export interface ScrapedSample {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format */
export function samplesIn(page: string): ScrapedSample[] {
  return page.split('\n').flatMap((line) => {
    const [, metric, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (metric === undefined || line.startsWith('#')) return [];
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, label = '', text = '']) => [
      label,
      text,
    ]);
    return [{ metric, labels: Object.fromEntries(pairs), value: Number(value) }];
  });
}

/** What `expression` asks for and `samples` do not have, each in words; empty: it can be answered. */
export function unanswered(expression: string, samples: readonly ScrapedSample[]): string[] {
  const { selectors, groupings } = askedBy(expression);
  const missing = selectors.flatMap(({ metric, matchers }) => {
    const named = samples.filter((sample) => sample.metric === metric);
    if (named.length === 0) return [`no metric ${metric}`];
    const unknown = matchers.filter(({ label }) => !named.some(({ labels }) => label in labels));
    if (unknown.length > 0) return unknown.map(({ label }) => `${metric} has no label ${label}`);
    const wanted = matchers.map(({ label, op, value }) => `${label}${op}"${value}"`).join(',');
    const selected = named.some(({ labels }) => matchers.every((matcher) => matches(matcher, labels)));
    return selected ? [] : [`no sample of ${metric}{${wanted}}`];
  });
  const metrics = new Set(selectors.map(({ metric }) => metric));
  const labels = new Set(
    samples.filter(({ metric }) => metrics.has(metric)).flatMap((one) => Object.keys(one.labels)),
  );
  const ungrouped = groupings.filter((label) => !labels.has(label));
  return [...missing, ...ungrouped.map((label) => `none of ${[...metrics].join(', ')} has a label ${label}`)];
}

function matches({ label, op, value }: Matcher, labels: Readonly<Record<string, string>>): boolean {
  const found = labels[label] ?? '';
  const same = op === '=' || op === '!=' ? found === value : new RegExp(`^(?:${value})$`).test(found);
  return same === (op === '=' || op === '=~');
}
