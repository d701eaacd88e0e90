import type { Context } from './context.ts';

/** Measured at every look at an object, the sweep's included; told for as long as the object exists. */
export interface Gauges<Self, Seen> {
  /** By name, with Prometheus' unit at its end; `labels` beside `namespace` and `name`, which all have. */
  readonly definitions: Readonly<
    Record<string, { readonly help: string; readonly labels: readonly string[] }>
  >;
  /** Pure. As many samples as the object's schema bounds. */
  measure(self: Self, seen: Seen, ctx: Context): readonly Sample[];
}

export interface Sample {
  /** One of the definitions. */
  readonly gauge: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}
