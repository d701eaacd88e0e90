import type { z } from 'zod';

/** The API group of every kind. */
export const group = 'mooring.dev';
export const version = 'v1alpha1';

/** A rule in CEL: https://kubernetes.io/docs/reference/using-api/cel/ */
export interface CelRule {
  readonly rule: string;
  readonly message: string;
  /** CEL that makes the message, where it is to name what was wrong; `message` is what stands in for it. */
  readonly messageExpression?: string;
  /** `.spec.x`-like path that an error names; relative to where the rule stands. */
  readonly fieldPath?: string;
  readonly reason?:
    | 'FieldValueInvalid'
    | 'FieldValueForbidden'
    | 'FieldValueRequired'
    | 'FieldValueDuplicate';
}

/** https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#additional-printer-columns */
export interface PrinterColumn {
  readonly name: string;
  readonly jsonPath: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  /** 0 shows always, 1 only with `-o wide`. */
  readonly priority?: 0 | 1;
  readonly description?: string;
}

/** What a custom resource is, from which its CRD, its types and its documentation come. */
export interface ResourceDefinition<Spec, Status> {
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly scope: 'Namespaced' | 'Cluster';
  /** Says how the operator works and has nothing in AWS: of the common status it has what says how it is. */
  readonly settings?: true;
  /** Managed only where the operator is told to: it needs rights beyond what the other kinds need. */
  readonly onRequest?: true;
  /** One paragraph, shown by `kubectl explain`. */
  readonly description: string;
  /** Input: what a manifest may say. Output: with defaults filled in. */
  readonly spec: z.ZodType<Spec>;
  /** The kind's own part of status; the fields every kind has are added when the CRD is rendered. */
  readonly status: z.ZodType<Status>;
  /** Rules over the whole spec: immutability of optional fields, exclusivity. */
  readonly rules: readonly CelRule[];
  readonly printerColumns: readonly PrinterColumn[];
}
