import type { Aws } from '../aws/index.ts';
import type { AnyKind } from '../core/kind.ts';
import { type ElasticIPOptions, elasticIP } from './elastic-ip/index.ts';

export type KindOptions = ElasticIPOptions;

/** Every kind there is. */
export const createKinds = (aws: Aws, options: KindOptions): readonly AnyKind[] => [elasticIP(aws, options)];
