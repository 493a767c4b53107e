import { define } from '../define.ts';

export const shape = define('test/shape', {
  severity: 'error',
  title: 'file that cannot be read as a file of tests',
  message: (a: { path: string; message: string }) => (a.path === '.' ? a.message : `\`${a.path}\`: ${a.message}`),
});

export const noAssertion = define('test/no-assertion', {
  severity: 'error',
  title: 'test that expects nothing',
  message: (a: { test: string }) => `test \`${a.test}\` compares nothing, so it would pass whatever the policies do`,
  help: 'write what must hold under `expect`: `edges`, `untouched`, `interposers`, `findings`, `errors`, `warnings`, `policies` or `counts`',
});

export const unknownName = define('test/unknown-name', {
  severity: 'error',
  title: 'test that names what the scenario does not have',
  message: (a: { kind: string; name: string }) =>
    `there is no ${a.kind} \`${a.name}\` in the scenario of this test, so nothing can be expected of it`,
});

export const unmet = define('test/unmet', {
  severity: 'error',
  title: 'expectation that does not hold',
  message: (a: { what: string; expected: string; found: string }) =>
    `${a.what}: expected ${a.expected}, found ${a.found}`,
});

export const unexpected = define('test/unexpected', {
  severity: 'error',
  title: 'something that a test does not name',
  message: (a: { what: string; found: string }) => `${a.what} that the test does not expect: ${a.found}`,
});

export const noScenario = define('test/no-scenario', {
  severity: 'error',
  title: 'scenario of a test that cannot be found',
  message: (a: { reason: string }) => `the scenario of this test: ${a.reason}`,
  help: 'write `scenario: PATH`, with the path of a manifest or of its folder from the folder of this file, or the manifest itself in place of the path; `headgate init DIR` writes a scenario with such a test',
});
