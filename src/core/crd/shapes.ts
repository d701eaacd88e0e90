/**
 * Schemas that more than one field is made of. Whatever a manifest may say is bounded, for the API server
 * reckons the cost of a CEL rule from the largest value it could meet, and refuses a CRD that could cost too
 * much.
 */

import { z } from 'zod';
import { durationPattern } from '../duration.ts';
import { cel, matches } from './cel.ts';

/** Free text of at most `max` characters. */
export const text = (max: number) => z.string().max(max);

/**
 * A string of a form. `message` completes "spec.x: Invalid value: …" and so begins with "must be"; it is
 * what the API server and the parser both say.
 */
export const formatted = (pattern: RegExp, message: string, max = 253) => {
  const schema = z.string().max(max).regex(pattern, message);
  return cel(schema, matches(patternSource(pattern), message));
};

/** RE2 takes `/` as it is, where JavaScript's `source` escapes it. */
export const patternSource = (pattern: RegExp): string => pattern.source.replaceAll('\\/', '/');

/** As `15s`, `10m`, `1h30m`. */
export const duration = () =>
  formatted(new RegExp(durationPattern), 'must be a duration such as 15s, 10m or 1h30m', 32);

/** RFC 3339, as Kubernetes writes times. */
export const timestamp = () => z.string().meta({ format: 'date-time' });

/** A list that is replaced as a whole. */
export const list = <Item extends z.ZodType>(item: Item, max: number) =>
  z.array(item).max(max).meta({ 'x-kubernetes-list-type': 'atomic' });

/** A list of distinct scalars, in which each writer under server-side apply owns its own. */
export const set = <Item extends z.ZodType>(item: Item, max: number) =>
  z.array(item).max(max).meta({ 'x-kubernetes-list-type': 'set' });

/** A list of objects told apart by `keys`, each of which every object must have. */
export const listMap = <Item extends z.ZodType>(item: Item, keys: readonly string[], max: number) =>
  z.array(item).max(max).meta({ 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': keys });

/** A map from text to `value`; what its keys may be is a rule of CEL, for a schema cannot say it. */
export const map = <Value extends z.ZodType>(value: Value, { min, max }: { min?: number; max: number }) =>
  z
    .record(z.string(), value)
    .meta({ ...(min === undefined ? {} : { minProperties: min }), maxProperties: max });

/** A document of somebody else's making (an IAM policy), kept word for word. */
export const rawDocument = () =>
  z.record(z.string(), z.unknown()).meta({ 'x-kubernetes-preserve-unknown-fields': true });

/** A whole number, or text such as `10%`. */
export const intOrString = () => z.union([z.int(), z.string()]).meta({ 'x-kubernetes-int-or-string': true });
