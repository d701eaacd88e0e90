import type { Scope } from '../../core/kind.ts';
import type { Clock } from '../../core/ports.ts';
import type { Read } from '../execute.ts';
import { type AddressReaders, createAddressReaders } from './addresses.ts';
import { createHealthReader, type Health } from './health.ts';
import { createInstanceReaders, type InstanceReaders } from './instances.ts';
import { createInterfaceReaders, type InterfaceReaders } from './interfaces.ts';
import { defaultWindow } from './reader.ts';
import { createReverseDnsReader, type ReverseDns } from './reverse-dns.ts';
import { createBorderGroups } from './zones.ts';

/** All that is read in one account and region. Everyone who reads there shares one, so that batches fill. */
export interface Readers {
  readonly addresses: AddressReaders;
  readonly reverseDns: (allocationId: string) => Promise<ReverseDns | undefined>;
  readonly instances: InstanceReaders;
  readonly health: (instanceId: string) => Promise<Health | undefined>;
  readonly interfaces: InterfaceReaders;
}

export interface ReadersOptions {
  readonly read: Read;
  readonly clock: Clock;
  /** How long a batch waits for company, in milliseconds. */
  readonly window?: number;
}

export function createReaders(
  scope: Scope,
  { read, clock, window = defaultWindow }: ReadersOptions,
): Readers {
  const batching = { clock, window };
  return {
    addresses: createAddressReaders(read, scope, batching),
    reverseDns: createReverseDnsReader(read, scope, batching),
    instances: createInstanceReaders(read, scope, batching, createBorderGroups(read, scope, clock)),
    health: createHealthReader(read, scope, batching),
    interfaces: createInterfaceReaders(read, scope, batching),
  };
}
