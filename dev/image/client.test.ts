import { expect, it } from 'vitest';
import { bringsBuildKit } from './client.ts';

it.each([
  ['Docker version 20.10.24+dfsg1, build 297e128', true],
  ['Docker version 19.03.15, build 99e3ed8919', true],
  ['Docker version 23.0.1, build a5ee5b1', false],
  ['Docker version 28.2.2, build e6534b4', false],
  ['podman version 5.4.0', false],
])('whether the command itself has BuildKit: %s', (version, expected) => {
  expect(bringsBuildKit(version)).toBe(expected);
});
