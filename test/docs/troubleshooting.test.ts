import { globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { read, root } from '../../dev/docs/documents.ts';
import { headingsOf } from '../../dev/docs/markdown.ts';
import { reasons } from '../../src/core/conditions.ts';

/** Who has read a condition looks its reason up: the reason itself is the heading. */

const headings = headingsOf(read('docs/troubleshooting.md'));

/** Types of conditions as the source writes them: `type: 'Idle'`, `type = 'Idle'`, or by ImageSchedule's `flag('Suspended', …`. */
const conditionTypes = new Set(
  globSync('src/{kinds,core,runtime/reconcile}/**/*.ts', { cwd: root })
    .filter((file) => !/\.test(-data)?\.ts$/.test(file))
    .flatMap((file) => [...read(file).matchAll(/\btype(?: =|:) '([A-Z]\w+)'|\bflag\(\s*'([A-Z]\w+)'/g)])
    .map(([, literal, flag]) => literal ?? flag ?? '')
    .filter((type) => !['Ready', 'Reconciling', 'Stalled', 'Normal', 'Warning', 'Opaque'].includes(type)),
);

const reasonsAndTypes = new Set([...Object.keys(reasons), 'Available', ...conditionTypes]);

describe('troubleshooting', () => {
  it.each([...reasonsAndTypes])('has a heading %s', (name) => {
    expect(headings.filter((heading) => heading === name)).toHaveLength(1);
  });

  it('has no heading of what nothing says', () => {
    const words = headings.filter((heading) => /^([A-Z][a-z]+){1,}$/.test(heading));
    expect(words.filter((word) => !reasonsAndTypes.has(word) && word !== 'Troubleshooting')).toEqual([]);
  });

  it.each(Object.entries(reasons))('has %s among what is %s', (reason, state) => {
    const group = headings
      .slice(0, headings.indexOf(reason))
      .findLast((heading) => heading.startsWith('It '));
    expect(group).toBe(state === 'stalled' ? 'It waits for you' : 'It passes by itself');
  });

  it('knows the conditions that stand beside Ready', () => {
    expect([...conditionTypes]).toEqual(
      expect.arrayContaining(['Idle', 'SpareKey', 'Drifted', 'TicksMissed']),
    );
  });
});
