import { Gauge, type Registry } from 'prom-client';

export interface ResourceName {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
}

export interface Readiness {
  readonly ready: boolean;
  /** Of the Ready condition. */
  readonly reason: string;
}

export interface ResourceInstruments {
  set(resource: ResourceName, readiness: Readiness): void;
  remove(resource: ResourceName): void;
}

/**
 * Whether our objects are ready: how many of each kind by reason, and each by its name. The latter is one
 * time series an object, so it is bounded by `limit`: what is not ready comes first, as alerts are about that.
 * Both are computed when they are scraped, so that an object that is gone leaves no series behind.
 */
export function resourceInstruments(registry: Registry, limit: number): ResourceInstruments {
  const resources = new Map<string, ResourceName & Readiness>();
  const key = ({ kind, namespace, name }: ResourceName) => `${kind}/${namespace}/${name}`;
  const registers = [registry];

  new Gauge({
    name: 'mooring_resources',
    help: 'Objects by the status and reason of their Ready condition',
    labelNames: ['kind', 'ready', 'reason'],
    registers,
    collect() {
      this.reset();
      for (const { kind, ready, reason } of resources.values()) {
        this.inc({ kind, ready: String(ready), reason });
      }
    },
  });

  new Gauge({
    name: 'mooring_resource_ready',
    help: `1 where an object is ready, else 0; at most ${limit} objects, those that are not ready first`,
    labelNames: ['kind', 'namespace', 'name'],
    registers,
    collect() {
      this.reset();
      const all = [...resources.values()];
      const shown = [...all.filter(({ ready }) => !ready), ...all.filter(({ ready }) => ready)].slice(
        0,
        limit,
      );
      for (const { kind, namespace, name, ready } of shown)
        this.set({ kind, namespace, name }, Number(ready));
    },
  });

  return {
    set: (resource, readiness) => void resources.set(key(resource), { ...resource, ...readiness }),
    remove: (resource) => void resources.delete(key(resource)),
  };
}
