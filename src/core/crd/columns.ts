import type { PrinterColumn } from './definition.ts';

/** Printer columns that mean the same for every kind, so that all tables read alike. */

const ready = (member: 'status' | 'reason' | 'message'): string =>
  `.status.conditions[?(@.type=="Ready")].${member}`;

export const readyColumn: PrinterColumn = { name: 'Ready', jsonPath: ready('status'), type: 'string' };

export const ageColumn: PrinterColumn = {
  name: 'Age',
  jsonPath: '.metadata.creationTimestamp',
  type: 'date',
};

export const regionColumn: PrinterColumn = {
  name: 'Region',
  jsonPath: '.status.region',
  type: 'string',
  priority: 1,
};

/** Why an object is not ready, with `-o wide`. */
export const reasonColumns: readonly PrinterColumn[] = [
  { name: 'Reason', jsonPath: ready('reason'), type: 'string', priority: 1 },
  { name: 'Status', jsonPath: ready('message'), type: 'string', priority: 1 },
];
