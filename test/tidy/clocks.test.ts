/**
 * No test of `npm test` fails because a machine is slow or busy: whoever wants to know how long something takes asks the bench, whoever wants to
 * know how the work grows counts steps (test/unit/growth). What ends a test that hangs waits for ten minutes.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import config from '../../vitest.config.ts';
import { type SourceFile, sourceFiles, withoutComments } from '../support/source-files.ts';

const hangMs = 120_000;
const suites = ['unit', 'property', 'golden', 'tidy', 'e2e', 'conformance'];

/** Clocks that are read for something else than an upper bound. */
const readsClock: Readonly<Record<string, string>> = {
  'test/e2e/ready-made.test.ts': 'a delay is at least as long as it was told to be',
  'test/e2e/ready-made-redaction.test.ts': 'leave to go on is not given before the provider gives it',
  'test/unit/policy/sdk/serve.test.ts': 'what is in flight has its time before it is cut off',
  'test/support/run-plan.ts': 'says what does not listen, when a test would hang',
  'test/support/otlp-collector.ts': 'compares times with each other',
  'test/support/policy-suite.ts': 'handed to the code under test',
  'test/support/aws/moto.ts': 'what is signed says when it was signed',
  'test/support/aws/one-step.ts': 'handed to the code under test',
  'test/support/vaults/vault-program.ts': 'handed to the code under test',
  'test/unit/runtime/secrets/lost-secret.test.ts': 'handed to the code under test',
  'test/unit/runtime/secrets/untouched.test.ts': 'handed to the code under test',
};
const CLOCK = /\b(?:performance\.now|Date\.now|process\.hrtime|process\.cpuUsage)\b/;
const UPPER = /\.toBeLessThan(?:OrEqual)?\(/;
const TIMEOUT =
  /\b(?:timeout|testTimeout|hookTimeout):\s*(\d[\d_]*)|AbortSignal\.timeout\((\d[\d_]*)\)|^ {0,2}\}, (\d[\d_]*)\);$/;
const LAST = /^ {0,4}\},\n {2,4}(\w+),$|\n {0,2}\}, (\w+)\);$/;
/** These give up after a second unless told; `expect.poll` is told in the configuration. */
const IMPATIENT = /\bvi\.(?:waitFor|waitUntil)\(/;

function faultsOf({ path, text }: SourceFile): readonly string[] {
  const lines = withoutComments(text).split('\n');
  const timed = new Set(lines.flatMap((line) => (CLOCK.test(line) ? (/(\w+) (?:=|\+=) /.exec(line)?.[1] ?? []) : [])));
  const constants = new Map(
    [...text.matchAll(/^const (\w+) = (\d[\d_]*);$/gm)].map(([, name = '', value = '']) => [name, value]),
  );
  return lines.flatMap((line, index) => {
    const here = `${path}:${index + 1}`;
    const words = line.match(/\w+/g) ?? [];
    const found: string[] = [];
    if (CLOCK.test(line) && !(path in readsClock)) found.push(`${here}: a clock is read`);
    if (UPPER.test(line) && (CLOCK.test(line) || words.some((word) => timed.has(word))))
      found.push(`${here}: a time has an upper bound`);
    const [, ...numbers] = TIMEOUT.exec(line) ?? [];
    // The last argument of a test, on a line of its own or by name.
    const named = LAST.exec(`${lines[index - 1] ?? ''}\n${line}`)
      ?.slice(1)
      .find((one) => one !== undefined);
    const wait =
      numbers.find((number) => number !== undefined) ??
      named?.replace(/^[a-z]\w*$/i, (name) => constants.get(name) ?? '');
    if (wait && Number(wait.replaceAll('_', '')) < hangMs)
      found.push(`${here}: ${wait} ms are no more than a busy machine may need`);
    const statement = lines.slice(index, index + 4).join(' ');
    if (IMPATIENT.test(line) && !/timeout:/.test(statement)) found.push(`${here}: it gives up after a second`);
    return found;
  });
}

/** Not what only tests of sandboxes use: they run by themselves. */
const files = [...suites.map((suite) => `test/${suite}`), 'test/support']
  .flatMap((folder) => sourceFiles(folder))
  .filter(({ path }) => !path.startsWith('test/support/run/') && path !== 'test/tidy/clocks.test.ts');

describe('tests and clocks', () => {
  it('bound no time', () => {
    expect(files.length).toBeGreaterThan(200);
    expect(files.flatMap(faultsOf)).toEqual([]);
  });

  it('read a clock only where it is said why', () => {
    const unread = Object.keys(readsClock).filter((path) => !CLOCK.test(withoutComments(readFileSync(path, 'utf8'))));
    expect(unread).toEqual([]);
  });

  it('are ended by nothing before they hang', () => {
    const projects = (config as { test: { projects: { test: Record<string, unknown> }[] } }).test.projects;
    const bounded = projects.filter(({ test: { name } }) => suites.includes(name as string));
    expect(bounded).toHaveLength(suites.length);
    for (const { test } of bounded) {
      const { poll } = test['expect'] as { readonly poll: { readonly timeout: number } };
      const least = Math.min(test['testTimeout'] as number, test['hookTimeout'] as number, poll.timeout);
      expect(least, String(test['name'])).toBeGreaterThanOrEqual(hangMs);
    }
  });

  it.each([
    [
      'const start = performance.now();\nexpect(performance.now() - start).toBeLessThan(5_000);',
      'a time has an upper bound',
    ],
    ['const took = Date.now() - start;\nexpect(took).toBeLessThanOrEqual(5);', 'a time has an upper bound'],
    ['const took = process.hrtime.bigint();', 'a clock is read'],
    ['it(name, { timeout: 5_000 }, async () => {', '5_000 ms are no more'],
    ['  await answer();\n}, 60_000);', '60_000 ms are no more'],
    ['const limit = 9_000;\ntest(\n  name,\n  async () => {\n  },\n  limit,\n);', '9_000 ms are no more'],
    ['const limit = 9_000;\ntest(name, async () => {\n}, limit);', '9_000 ms are no more'],
    ['fetch(url, { signal: AbortSignal.timeout(900) });', '900 ms are no more'],
    ['await vi.waitFor(() => expect(gone).toBe(true));', 'it gives up after a second'],
    ['await expect.poll(() => gone, { timeout: 3_000 }).toBe(true);', '3_000 ms are no more'],
  ])('see the bound in %j', (text, fault) => {
    expect(faultsOf({ path: 'test/unit/x.test.ts', text }).join()).toContain(fault);
  });

  it('may be ended when they hang, and wait as long as they like', () => {
    const text =
      'await expect.poll(() => gone, { timeout: 120_000 }).toBe(true);\nsetTimeout(done, 50);\nexpect(n).toBeLessThan(5);';
    expect(faultsOf({ path: 'test/unit/x.test.ts', text })).toEqual([]);
  });
});
