/** What the tables over `choose` are made of. */

import { expect } from 'vitest';
import { type Choice, type ChoiceRules, choose } from './choose.ts';
import { address, associatedWith, minute, now } from './sample.test-data.ts';
import type { Candidate } from './seen.ts';

const rules: ChoiceRules = {
  unhealthyAfter: minute,
  failback: false,
  cooldown: 5 * minute,
  allowReassociation: false,
};

export interface Case {
  /** Where the address is now. */
  readonly holder?: Candidate;
  readonly candidates: readonly Candidate[];
  readonly rules?: Partial<ChoiceRules>;
  readonly choice: { to: string | undefined } & Omit<Choice, 'candidate'>;
}

/** Holds `choose` to it. */
export function expectChoice({ holder, candidates, rules: more, choice: { to, ...rest } }: Case): void {
  const association = holder && associatedWith(holder);
  const { candidate, ...said } = choose(
    address({ association }),
    { state: 'selected', candidates },
    { ...rules, previous: association?.instanceId, ...more },
    now,
  );
  expect({ to: candidate?.instanceId, ...said }).toEqual({ to, ...rest });
}
