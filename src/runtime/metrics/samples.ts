import { Gauge, type Registry } from 'prom-client';
import type { Gauges, Sample } from '../../core/gauges.ts';
import type { ResourceName } from './resources.ts';

export interface SampleInstruments {
  /** Before the first `set`. */
  declare(definitions: Gauges<unknown, unknown>['definitions']): void;
  /** All there is to tell of an object; what was told of it before is forgotten. */
  set(resource: ResourceName, samples: readonly Sample[]): void;
  remove(resource: ResourceName): void;
  /** Forgets the objects of a kind. */
  clear(kind: string): void;
}

/**
 * The gauges that kinds have of their own, as `mooring_…`. They are computed when they are scraped, so that an
 * object that is gone leaves no series behind.
 */
export function sampleInstruments(registry: Registry): SampleInstruments {
  const told = new Map<string, ResourceName & { readonly samples: readonly Sample[] }>();
  const key = ({ kind, namespace, name }: ResourceName) => `${kind}/${namespace}/${name}`;
  return {
    declare(definitions) {
      for (const [gauge, { help, labels }] of Object.entries(definitions)) {
        new Gauge({
          name: `mooring_${gauge}`,
          help,
          labelNames: ['namespace', 'name', ...labels],
          registers: [registry],
          collect() {
            this.reset();
            for (const { namespace, name, samples } of told.values()) {
              for (const sample of samples) {
                if (sample.gauge === gauge) this.set({ namespace, name, ...sample.labels }, sample.value);
              }
            }
          },
        });
      }
    },
    set: (resource, samples) => void told.set(key(resource), { ...resource, samples }),
    remove: (resource) => void told.delete(key(resource)),
    clear(kind) {
      for (const [id, resource] of told) if (resource.kind === kind) told.delete(id);
    },
  };
}
