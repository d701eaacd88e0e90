import type { AccountIdentity } from '../../core/account.ts';
import type { ReadAs } from '../execute.ts';
import type { Caller } from './caller.ts';

/** Who asks AWS what it may do. */
export interface Asking {
  readonly caller: Caller;
  readonly readAs: ReadAs;
  readonly identity: AccountIdentity;
  readonly region: string;
}

export type Verdict = 'allowed' | 'denied' | 'unknown';
