import type { AccountIdentity } from '../../core/account.ts';
import type { AwsError } from '../../core/errors.ts';
import type { ReadAs } from '../execute.ts';
import type { Caller } from './caller.ts';

/** Who asks AWS what it may do. */
export interface Asking {
  readonly caller: Caller;
  readonly readAs: ReadAs;
  readonly identity: AccountIdentity;
  readonly region: string;
}

/** `partly`: not on all resources, which says nothing of some. */
export type Verdict = 'allowed' | 'partly' | 'denied' | 'unknown';

/** AWS was asked and could not answer now: no verdict at all. */
export const isPassing = (error: AwsError): boolean =>
  error.class === 'Throttled' || error.class === 'Transient';
