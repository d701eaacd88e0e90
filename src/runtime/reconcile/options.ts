import type { Child, Reference, References, Sibling } from '../../core/context.ts';
import type { Sample } from '../../core/gauges.ts';
import type { AnyKind, Execute } from '../../core/kind.ts';
import type { Clock, Logger, NewToken } from '../../core/ports.ts';
import type { Resource } from '../../core/resource.ts';
import type { ResolvePlacement } from '../../core/scope.ts';
import type { Tags } from '../../core/tags.ts';
import type { Deletions } from '../guards/deletions.ts';
import type { Exclusions } from '../guards/exclusions.ts';
import type { Fights } from '../guards/fights.ts';
import type { Recreations } from '../guards/recreations.ts';
import type { WriteObject } from './object-writes.ts';
import type { Objects } from './objects.ts';
import type { WriteSecret } from './secret-writes.ts';

/** The brakes, shared by all kinds of one operator. */
export interface Guards {
  readonly deletions: Deletions;
  readonly recreations: Recreations;
  readonly fights: Fights;
  readonly exclusions: Exclusions;
}

/** Something to tell about an object, as a Kubernetes Event. Never fails, never waits. */
export type Record = (
  object: Resource,
  event: { type: 'Normal' | 'Warning'; reason: string; action: string; note: string },
) => void;

/** The objects of another kind that a parent has made, and the way to make, change and delete them. */
export interface Offspring {
  of(parent: Reference): readonly Child[];
  readonly write: WriteObject;
}

/** What reconciling one kind needs of the rest of the operator. */
export interface ReconcilerOptions {
  readonly kind: AnyKind;
  readonly cluster: string;
  readonly objects: Objects;
  /** The newest known state, by key. */
  readonly cached: (key: string) => Resource | undefined;
  readonly references: (referrer: Reference, wanted: readonly Reference[]) => References;
  /** Ends what `references` remembers, of an object that is gone. */
  readonly forgetReferences: (referrer: Reference) => void;
  /** Of a kind that makes objects of another. */
  readonly offspring?: Offspring;
  /** Of a kind whose objects depend on each other. */
  readonly siblings?: (of: Reference) => readonly Sibling[];
  /** Of a kind that delivers Secrets. */
  readonly writeSecret?: WriteSecret;
  readonly execute: Execute;
  readonly resolvePlacement: ResolvePlacement;
  /** Throws LeadershipLost once this process may no longer write. */
  readonly mayWrite: () => void;
  readonly record: Record;
  readonly guards: Guards;
  readonly defaultTags: Tags;
  readonly readOnly: boolean;
  /** Whether every object of this namespace is in the cache, so that a resource without one is an orphan. */
  readonly watchesAllOf: (namespace: string) => boolean;
  readonly clock: Clock;
  readonly newToken: NewToken;
  readonly logger: Logger;
  readonly onRepair: (field: string) => void;
  /** The gauges of an object that was looked at. */
  readonly onMeasured?: (object: Resource, samples: readonly Sample[]) => void;
}
