import { type Call, scopeOf } from '../call.ts';
import type { ReverseDnsMode } from '../control-types.ts';

/** What the emulator does not keep about the addresses of one account and region. */
export interface AddressState {
  /** Association id → the secondary private address it is on. The emulator knows only primary ones. */
  readonly secondaryIps: Map<string, string>;
  /** Allocation id → where the address is from. */
  readonly origins: Map<string, AddressOrigin>;
  /** Public addresses that were released and not allocated again. */
  readonly released: Set<string>;
  /** Allocation id → its reverse DNS. */
  readonly reverseDns: Map<string, ReverseDns>;
}

export interface AddressOrigin {
  readonly networkBorderGroup: string;
  readonly publicIpv4Pool: string;
  readonly customerOwnedIpv4Pool?: string | undefined;
  readonly customerOwnedIp?: string | undefined;
  readonly carrierIp?: string | undefined;
}

export interface ReverseDns {
  record?: string | undefined;
  /** A change not complete yet, or one that failed. An empty value removes the record. */
  update?: { value: string; status: 'PENDING' | 'FAILED'; reason?: string; readsLeft?: number } | undefined;
}

export class AddressStates {
  #byScope = new Map<string, AddressState>();
  /** Addresses an account may have in a region; AWS's default is 5. Undefined: no limit. */
  quota: number | undefined;
  reverseDnsMode: ReverseDnsMode = 'immediate';
  /** Overrides, by public address, of the rule that what was released can be had back. */
  readonly recoverable = new Map<string, boolean>();

  of(call: Call): AddressState {
    const scope = scopeOf(call);
    const state = this.#byScope.get(scope) ?? emptyState();
    this.#byScope.set(scope, state);
    return state;
  }

  all(): AddressState[] {
    return [...this.#byScope.values()];
  }

  reset(): void {
    this.#byScope.clear();
    this.recoverable.clear();
    this.quota = undefined;
    this.reverseDnsMode = 'immediate';
  }
}

function emptyState(): AddressState {
  return { secondaryIps: new Map(), origins: new Map(), released: new Set(), reverseDns: new Map() };
}
