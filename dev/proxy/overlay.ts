import type { Call, Reply } from './call.ts';
import type { Element } from './xml.ts';

/**
 * Puts right one thing that the emulator lacks or does otherwise than AWS. Overlays are tried in order; each decides
 * whether the next one, and at last the emulator, is asked. To refuse a call, `handle` throws an AwsError.
 */
export interface Overlay {
  match(call: Call): boolean;
  handle(call: Call, next: Next, ask: Ask): Promise<Reply>;
}

/** The rest of the chain. The call may be another than the one that came in. */
export type Next = (call: Call) => Promise<Reply>;

/** A question to the emulator itself, past faults, counts and overlays, in the caller's name; throws its AwsError. */
export type Ask = (operation: string, fields: Readonly<Record<string, string>>) => Promise<Element>;

export function through(overlays: readonly Overlay[], emulator: Next, askAs: (call: Call) => Ask): Next {
  return overlays.reduceRight<Next>(
    (next, overlay) => (call) => (overlay.match(call) ? overlay.handle(call, next, askAs(call)) : next(call)),
    emulator,
  );
}
