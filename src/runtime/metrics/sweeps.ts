import { Gauge, type Registry } from 'prom-client';

export interface Swept {
  readonly seconds: number;
  /** Read from AWS. */
  readonly resources: number;
  /** Those with our cluster's tag that belong to no object. */
  readonly orphans: number;
  /** When it ended, in seconds since the epoch. */
  readonly at: number;
}

export interface SweepInstruments {
  /** A kind is swept from now (seconds since the epoch) on, every so many seconds. */
  begin(kind: string, every: number, now: number): void;
  done(kind: string, swept: Swept): void;
  /** It is swept no longer: whoever leads next tells of it. */
  end(kind: string): void;
}

/** As of the last sweep of each kind, by the process that leads. */
export function sweepInstruments(registry: Registry): SweepInstruments {
  const gauge = (name: string, help: string) =>
    new Gauge({ name, help, labelNames: ['kind'], registers: [registry] });
  const duration = gauge('mooring_sweep_duration_seconds', 'How long the last sweep took');
  const resources = gauge('mooring_sweep_resources', 'Resources that the last sweep read from AWS');
  const orphans = gauge('mooring_orphans', "Resources with our cluster's tag that belong to no object");
  const interval = gauge('mooring_sweep_interval_seconds', 'Between two sweeps (--resync)');
  const last = gauge(
    'mooring_sweep_last_timestamp_seconds',
    'When the last sweep ended; before the first one, when this process began to lead',
  );
  return {
    begin(kind, every, now) {
      interval.set({ kind }, every);
      last.set({ kind }, now);
    },
    done(kind, swept) {
      duration.set({ kind }, swept.seconds);
      resources.set({ kind }, swept.resources);
      orphans.set({ kind }, swept.orphans);
      last.set({ kind }, swept.at);
    },
    end(kind) {
      for (const each of [duration, resources, orphans, interval, last]) each.remove({ kind });
    },
  };
}
