import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { Sealed } from './sealed.ts';

it('a sealed secret comes out by nothing but open', () => {
  const sealed = new Sealed('hush');
  expect(sealed.open()).toBe('hush');
  const seen = [
    `${sealed}`,
    String(sealed),
    JSON.stringify({ sealed }),
    inspect(sealed, { showHidden: true, depth: null }),
    JSON.stringify(structuredClone({ ...sealed })),
  ];
  expect(seen.join()).not.toContain('hush');
});
