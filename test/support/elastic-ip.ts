import type { ElasticIPStatus } from '../../src/kinds/elastic-ip/spec.ts';
import type { StoredObject } from './objects.ts';

export type ElasticIP = StoredObject<ElasticIPStatus>;
