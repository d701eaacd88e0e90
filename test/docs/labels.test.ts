import { describe, expect, it } from 'vitest';
import { documents, read } from '../../dev/docs/documents.ts';
import { scheduleLabel } from '../../src/core/image-template.ts';

/** What a reader selects objects by is a label that objects have: nothing is found by any other, and no error says so. */
const labels = documents.flatMap((document) =>
  [...read(document).matchAll(/(?:-l|--selector)[ =]"?'?(mooring\.dev\/[\w-]+)/g)].map(
    ([, label = '']) => [document, label] as const,
  ),
);

describe('labels of Mooring’s that the documents select by', () => {
  it('are some', () => {
    expect(labels.length).toBeGreaterThan(1);
  });

  it.each(labels)('%s: %s', (_, label) => {
    expect(['mooring.dev/instance', scheduleLabel]).toContain(label);
  });
});
