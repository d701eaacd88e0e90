import type { AnyKind } from '../../core/kind.ts';
import type { Resource } from '../../core/resource.ts';
import type { Informer } from './informer.ts';

/** A kind with the cache of its objects, which standbys keep warm too. */
export interface CachedKind {
  readonly kind: AnyKind;
  readonly informer: Informer<Resource>;
}
