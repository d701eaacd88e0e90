/**
 * Whether `text` is what `pattern` says: `*` stands for any characters or none, everything else for itself,
 * and case counts. Never more steps than the two lengths multiplied, whatever the pattern.
 */
export function matchesGlob(pattern: string, text: string): boolean {
  let at = 0;
  let from = 0;
  /** Behind the last `*`, and how much of the text it has taken so far. */
  let star: { readonly next: number; taken: number } | undefined;
  while (from < text.length) {
    if (pattern[at] === '*') {
      at += 1;
      star = { next: at, taken: from };
    } else if (at < pattern.length && pattern[at] === text[from]) {
      at += 1;
      from += 1;
    } else if (star) {
      star.taken += 1;
      from = star.taken;
      at = star.next;
    } else return false;
  }
  return pattern.slice(at).replaceAll('*', '') === '';
}

export const matchesAny = (patterns: readonly string[], text: string): boolean =>
  patterns.some((pattern) => matchesGlob(pattern, text));
