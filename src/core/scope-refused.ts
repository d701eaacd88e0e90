import type { Reason } from './conditions.ts';

/** An object's account or region cannot be told, or may not be used by it. */
export class ScopeRefused extends Error {
  override readonly name = 'ScopeRefused';
  readonly reason: Reason;

  constructor(reason: Reason, message: string) {
    super(message);
    this.reason = reason;
  }
}
