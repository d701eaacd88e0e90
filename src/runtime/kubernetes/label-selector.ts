/**
 * What a label selector asks of an object that is to be found by it:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
 */

/** The labels that the terms `key=value` ask for. */
export const labelsFor = (selector: string): Record<string, string> =>
  Object.fromEntries(termsOf(selector).flatMap((term) => equality(term) ?? []));

/**
 * A term that an object without the label does not meet, and that does not say which value would: `key`,
 * `key in (a,b)`, `key>1`. Undefined where there is none.
 */
export const unlabelable = (selector: string): string | undefined =>
  termsOf(selector).find((term) => !equality(term) && !metByAbsence(term));

/** At the commas, but for those between parentheses. */
const termsOf = (selector: string): string[] =>
  selector
    .split(/,(?![^(]*\))/)
    .map((term) => term.trim())
    .filter(Boolean);

function equality(term: string): [[string, string]] | undefined {
  const [, key, value] = /^([^\s=!<>()]+)\s*==?\s*([^\s=<>()]*)$/.exec(term) ?? [];
  return key === undefined || value === undefined ? undefined : [[key, value]];
}

const metByAbsence = (term: string): boolean =>
  term.startsWith('!') || term.includes('!=') || /^\S+\s+notin\b/.test(term);
