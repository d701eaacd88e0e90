import { listOf, type PolicyDocument, statementsOf } from './document.ts';
import { canonicalAwsPrincipal, principalEntries } from './principals.ts';

/** From the form that is compared (`sts:tagsession`) to the one a person wrote (`sts:TagSession`). */
export type Spelling = (canonical: string) => string;

/** What later documents wrote goes before what earlier ones did. */
export function spellingOf(...documents: readonly PolicyDocument[]): Spelling {
  const written = new Map<string, string>();
  for (const statement of documents.flatMap(statementsOf)) {
    const names = [
      ...listOf(statement.Action ?? []),
      ...listOf(statement.NotAction ?? []),
      ...Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) => [
        operator,
        ...Object.keys(keys),
      ]),
    ];
    for (const name of names) written.set(name.toLowerCase(), name);
    for (const principal of [statement.Principal, statement.NotPrincipal]) {
      for (const { value } of principal === undefined ? [] : principalEntries(principal)) {
        written.set(canonicalAwsPrincipal(value), value);
      }
    }
  }
  return (canonical) => written.get(canonical) ?? canonical;
}
