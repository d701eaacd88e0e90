/** Go's duration notation, as Kubernetes spells durations: `15s`, `10m`, `1h30m`, `1.5h`. */

const unit: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** For a schema's `pattern`: whole durations without a sign; RE2-compatible. */
export const durationPattern = '^([0-9]+(\\.[0-9]+)?(ms|s|m|h))+$';

/** Milliseconds, or undefined where `text` is not a duration. */
export function parseDuration(text: string): number | undefined {
  if (!new RegExp(durationPattern).test(text)) return undefined;
  let total = 0;
  for (const [, amount = '0', suffix = 'ms'] of text.matchAll(/([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)/g)) {
    total += Number(amount) * (unit[suffix] ?? 0);
  }
  return total;
}

/** Milliseconds of a duration a schema has already accepted. Throws RangeError on anything else. */
export function milliseconds(text: string): number {
  const parsed = parseDuration(text);
  if (parsed === undefined) throw new RangeError(`"${text}" is not a duration such as 15s, 10m or 1h30m`);
  return parsed;
}
