/** One thing wrong with a policy document. */
export interface PolicyProblem {
  /** `Statement[1].Effect`; empty where the whole document is meant. */
  readonly path: string;
  /** What is wrong and what would be right, to be read after the path: `is "allow": must be "Allow" or "Deny"`. */
  readonly text: string;
}

const shownProblems = 4;
const shownCharacters = 60;

/** Thrown for a document that cannot mean anything to AWS. The message names the first few problems, on one line. */
export class InvalidPolicy extends Error {
  override readonly name = 'InvalidPolicy';
  readonly problems: readonly PolicyProblem[];

  constructor(problems: readonly PolicyProblem[]) {
    const shown = problems.slice(0, shownProblems).map(({ path, text }) => `${path || 'the policy'} ${text}`);
    const more = problems.length - shown.length;
    super(shown.join('; ') + (more > 0 ? `; and ${more} more` : ''));
    this.problems = problems;
  }
}

/** A value in a message: clipped, for a policy's whole text never goes into a log or an event. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
