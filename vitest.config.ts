import { defineConfig } from 'vitest/config';

const built = 'test/support/ensure-built.ts';

/** Nothing ends a test sooner than what ends one that hangs. */
const patient = { testTimeout: 600_000, hookTimeout: 600_000, expect: { poll: { timeout: 600_000 } } } as const;

/**
 * Pure tests share their modules: nothing in them keeps state. In processes and not in threads: these have the stack of the
 * command line, and say on standard error why they end, should they ever.
 */
const pure = { pool: 'forks', isolate: false, ...patient } as const;
/** These start processes. */
const heavy = { pool: 'forks', ...patient } as const;

export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], ...pure } },
      { test: { name: 'property', include: ['test/property/**/*.test.ts'], ...pure } },
      {
        test: {
          name: 'golden',
          include: ['test/golden/**/*.test.ts'],
          globalSetup: [built],
          ...pure,
        },
      },
      {
        test: { name: 'tidy', include: ['test/tidy/**/*.test.ts'], globalSetup: [built], ...pure },
      },
      { test: { name: 'e2e', include: ['test/e2e/**/*.test.ts'], globalSetup: [built], ...heavy } },
      { test: { name: 'conformance', include: ['test/conformance/**/*.test.ts'], globalSetup: [built], ...heavy } },
      // Not part of `npm test`: it takes as long as it is told to.
      { test: { name: 'fuzz', include: ['test/fuzz/**/*.test.ts'], globalSetup: [built], ...heavy } },
      // Nor of `test:system`: it installs a Docker daemon where there is none.
      {
        test: {
          name: 'docker',
          include: ['test/docker/**/*.test.ts'],
          globalSetup: ['test/docker/engine.ts'],
          ...heavy,
        },
      },
      // Nor this: what a cluster is made of takes half an hour to build, once.
      {
        test: {
          name: 'kubernetes',
          include: ['test/kubernetes/**/*.test.ts'],
          globalSetup: [built, 'test/kubernetes/support/setup.ts'],
          ...heavy,
        },
      },
      { test: { name: 'system', include: ['test/system/**/*.test.ts'], globalSetup: [built], ...heavy } },
    ],
  },
});
