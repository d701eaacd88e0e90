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
