import { type Call, scopeOf } from '../call.ts';

/** What AWS knows of keys and the emulator does not, by account and region. */
export interface KmsState {
  /** Name → key id. The emulator's own aliases are shared between a key and its replicas. */
  readonly aliases: Map<string, string>;
  /** Key id → its policy as it was put: the emulator cannot read a policy of one statement. */
  readonly policies: Map<string, string>;
  /** Key id → automatic rotation. */
  readonly rotations: Map<string, { readonly days: number; readonly since: number }>;
  /** Key id → members of its KeyMetadata that the emulator drops. */
  readonly metadata: Map<string, Readonly<Record<string, unknown>>>;
  /** Keys whose state is another than the emulator's. */
  readonly states: Map<string, 'PendingImport' | 'PendingReplicaDeletion'>;
  /** Key id → the waiting period it was scheduled with, in days. */
  readonly windows: Map<string, number>;
}

export class KmsStates {
  #byScope = new Map<string, KmsState>();

  of(call: Call): KmsState {
    const known = this.#byScope.get(scopeOf(call)) ?? {
      aliases: new Map(),
      policies: new Map(),
      rotations: new Map(),
      metadata: new Map(),
      states: new Map(),
      windows: new Map(),
    };
    this.#byScope.set(scopeOf(call), known);
    return known;
  }

  reset(): void {
    this.#byScope.clear();
  }
}
