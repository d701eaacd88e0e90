import { defineConfig } from 'vitest/config';

/**
 * `pure` needs nothing; `suites` run against a real API server and the AWS emulator; `containers`, which only
 * `npm run test:containers` runs, builds the container image and runs it against the same.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'pure',
          // Properties over thousands of cases, on a machine that may be busy.
          testTimeout: 240_000,
          include: ['src/**/*.test.ts', 'dev/**/*.test.ts', 'test/{support,docs}/**/*.test.ts'],
        },
      },
      {
        test: {
          name: 'suites',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{support,docs,containers}/**'],
          globalSetup: ['test/support/global-setup.ts'],
          // Processes, sockets and clocks on a machine that may be busy: one more attempt, which npm test tells of.
          retry: 1,
          // As patient as test/support/patience.ts, several times a test.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 60_000, interval: 50 } },
        },
      },
      {
        test: {
          name: 'containers',
          include: ['test/containers/**/*.test.ts'],
          globalSetup: ['test/containers/global-setup.ts'],
          retry: 1,
          testTimeout: 240_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 60_000, interval: 100 } },
        },
      },
    ],
    // The API server, etcd and the emulator want a share of the machine too.
    maxWorkers: 2,
  },
});
