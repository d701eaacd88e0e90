import type { ResourceDefinition } from '../core/crd/definition.ts';
import { elasticIPDefinition } from './elastic-ip/spec.ts';

/** Every kind's definition: what crds/ and docs/reference.md are rendered from. */
export const definitions: readonly ResourceDefinition<unknown, unknown>[] = [elasticIPDefinition];
