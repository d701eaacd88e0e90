import type { ServiceClients } from '../clients.ts';

/** What has to be known of an operation before it is called. */
export interface CallFacts {
  readonly writes: boolean;
  /**
   * Whether sending it twice does what sending it once does. What is not is sent at most once: a lost reply
   * may hide a success, and there is no token by which AWS would know the second.
   */
  readonly idempotent: boolean;
  /** IAM actions it needs beside its own name, which is also the name of its action. */
  readonly implies: readonly string[];
  /** Needs no permission at all, not even its own name. */
  readonly open?: true;
}

export interface Call<Input extends object = object, Output = unknown> extends CallFacts {
  /**
   * One attempt. `beforeSend` runs once the request is signed, right before its first byte; when it throws,
   * nothing is sent.
   */
  send(clients: ServiceClients, input: Input, beforeSend: () => void): Promise<Output>;
}

export const reads: CallFacts = { writes: false, idempotent: true, implies: [] };
export const writes: CallFacts = { writes: true, idempotent: true, implies: [] };
/** A write for which AWS offers neither a unique name nor a client token. */
export const createsUntracked: CallFacts = { writes: true, idempotent: false, implies: [] };

/** The part of an SDK command that {@link guarded} needs, the same for all services. */
interface Guardable {
  readonly middlewareStack: {
    add(
      middleware: <Args, Result>(next: (args: Args) => Promise<Result>) => (args: Args) => Promise<Result>,
      options: { readonly step: 'deserialize'; readonly priority: 'low'; readonly name: string },
    ): void;
  };
}

/**
 * `command` with `beforeSend` as its innermost middleware: resolving credentials may take seconds, so
 * whoever asks before them does not ask immediately before the call.
 */
export function guarded<Command extends Guardable>(command: Command, beforeSend: () => void): Command {
  command.middlewareStack.add(
    (next) => async (args) => {
      beforeSend();
      return next(args);
    },
    { step: 'deserialize', priority: 'low', name: 'mooringBeforeSend' },
  );
  return command;
}
