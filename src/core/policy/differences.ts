import { type PolicyDocument, type Principal, statementsOf } from './document.ts';
import { shown } from './invalid-policy.ts';
import { type NormalStatement, normalizePolicy, normalizeStatement } from './normalize.ts';
import { isDeletedPrincipal, principalEntries } from './principals.ts';
import { type Spelling, spellingOf } from './spelling.ts';

/**
 * What changes from the first document to the second, in one line a change, such as
 * `statement "AllowAssume": action sts:TagSession added`. Empty exactly where `policiesEqual` holds.
 * Statements are paired by Sid, else by what they have in common; one without a Sid goes by its place in the
 * document it is in, the second's where it is in both. Values are clipped, so that no line holds a whole policy.
 */
export function policyDifferences(from: PolicyDocument, to: PolicyDocument): string[] {
  const spelling = spellingOf(from, to);
  const [a, b] = [normalizePolicy(from), normalizePolicy(to)];
  const { pairs, removed, added } = pair(labelled(from, spelling), labelled(to, spelling));
  return [
    ...changed('Version', a.Version, b.Version),
    ...changed('Id', a.Id, b.Id),
    ...pairs.flatMap(([before, after]) => between(before, after).map((line) => `${after.label}: ${line}`)),
    ...removed.map((one) => `${one.label} (${summary(one, spelling)}) removed`),
    ...added.map((one) => `${one.label} (${summary(one, spelling)}) added`),
  ];
}

interface Labelled {
  readonly statement: NormalStatement;
  readonly label: string;
  /** Each thing the statement says, by a key that is equal where the meaning is, with how to say it. */
  readonly facts: ReadonlyMap<string, string>;
  readonly text: string;
}

function labelled(document: PolicyDocument, spelling: Spelling): Labelled[] {
  return statementsOf(document).map((written, index) => {
    const statement = normalizeStatement(written);
    const label = statement.Sid ? `statement ${shown(statement.Sid)}` : `Statement[${index}]`;
    return { statement, label, facts: factsOf(statement, spelling), text: JSON.stringify(statement) };
  });
}

/** `Allow s3:GetObject and 2 more`. */
function summary({ statement }: Labelled, spelling: Spelling): string {
  const [first = '', ...rest] = statement.Action ?? statement.NotAction ?? [];
  const actions = `${statement.NotAction ? 'all but ' : ''}${clip(spelling(first))}`;
  return `${statement.Effect} ${actions}${rest.length > 0 ? ` and ${rest.length} more` : ''}`;
}

function factsOf(statement: NormalStatement, spelling: Spelling): Map<string, string> {
  const facts = new Map<string, string>();
  const add = (parts: readonly string[], text: string) => facts.set(JSON.stringify(parts), text);
  const addPrincipals = (word: string, principal: Principal | undefined) => {
    for (const { type, value } of principal === undefined ? [] : principalEntries(principal)) {
      const gone = isDeletedPrincipal(value) ? ' (the id of a deleted user or role)' : '';
      add([word, type, value], `${word} ${type === '*' ? '"*"' : `${type} ${clip(spelling(value))}`}${gone}`);
    }
  };
  addPrincipals('principal', statement.Principal);
  addPrincipals('not-principal', statement.NotPrincipal);
  for (const value of statement.Action ?? []) add(['action', value], `action ${clip(spelling(value))}`);
  for (const value of statement.NotAction ?? [])
    add(['not-action', value], `not-action ${clip(spelling(value))}`);
  for (const value of statement.Resource ?? []) add(['resource', value], `resource ${clip(value)}`);
  for (const value of statement.NotResource ?? [])
    add(['not-resource', value], `not-resource ${clip(value)}`);
  for (const [operator, keys] of Object.entries(statement.Condition ?? {})) {
    for (const [key, values] of Object.entries(keys)) {
      const test = `condition ${spelling(operator)} ${clip(spelling(key))}`;
      if (values.length === 0) add(['condition', operator, key], `${test} without values`);
      for (const value of values) add(['condition', operator, key, value], `${test} ${shown(value)}`);
    }
  }
  return facts;
}

const clip = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text);

function between(before: Labelled, after: Labelled): string[] {
  const removed = [...before.facts].filter(([key]) => !after.facts.has(key));
  const added = [...after.facts].filter(([key]) => !before.facts.has(key));
  return [
    ...changed('Sid', before.statement.Sid, after.statement.Sid),
    ...changed('effect', before.statement.Effect, after.statement.Effect),
    ...removed.map(([, text]) => `${text} removed`),
    ...added.map(([, text]) => `${text} added`),
  ];
}

function changed(what: string, from: string | undefined, to: string | undefined): string[] {
  if (from === to) return [];
  if (from === undefined) return [`${what} ${shown(to)} added`];
  return [
    to === undefined ? `${what} ${shown(from)} removed` : `${what} ${shown(from)} becomes ${shown(to)}`,
  ];
}

interface Pairing {
  readonly pairs: readonly (readonly [Labelled, Labelled])[];
  readonly removed: readonly Labelled[];
  readonly added: readonly Labelled[];
}

/** Takes statements away in pairs: the equal ones, those of one Sid, then whatever has most in common. */
function pair(before: Labelled[], after: Labelled[]): Pairing {
  const pairs: (readonly [Labelled, Labelled])[] = [];
  const take = (best: (one: Labelled) => Labelled | undefined, keep: boolean) => {
    for (const one of [...before]) {
      const other = best(one);
      if (other === undefined) continue;
      before.splice(before.indexOf(one), 1);
      after.splice(after.indexOf(other), 1);
      if (keep) pairs.push([one, other]);
    }
  };
  take((one) => after.find((other) => other.text === one.text), false);
  take((one) => after.find((other) => one.statement.Sid && other.statement.Sid === one.statement.Sid), true);
  take((one) => closest(one, after), true);
  return { pairs, removed: before, added: after };
}

/** The one that shares most, if that is at least half of what the shorter of the two says. */
function closest(one: Labelled, others: readonly Labelled[]): Labelled | undefined {
  const ranked = others
    .map((other) => ({ other, common: [...one.facts.keys()].filter((key) => other.facts.has(key)).length }))
    .filter(({ other, common }) => common > 0 && common * 2 >= Math.min(one.facts.size, other.facts.size));
  return ranked.sort((a, b) => b.common - a.common)[0]?.other;
}
