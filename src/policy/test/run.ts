/** Runs the tests of files, one compile after the other. In: files and a way to compile. Out: what became of every test. */

import { sortedJson } from '../../base/json.ts';
import type { Sources, SourceText } from '../../base/text.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../../diagnostics/sink.ts';
import { factsOf, type Outcome } from './facts.ts';
import { assertsNothing, type PolicyTest, type Setting, type TestFile } from './file.ts';
import { judge } from './judge.ts';

export interface Compiled extends Outcome {
  /** Of everything that `diagnostics` point into. */
  readonly sources: Sources;
}

/** Compiles the scenario of one test; a diagnostic instead when there is no scenario. */
export type CompileSetting = (file: TestFile, setting: Setting) => Promise<Compiled | Diagnostic>;

export interface TestResult {
  readonly file: TestFile;
  readonly test: PolicyTest;
  /** None: it passed. */
  readonly failures: readonly Diagnostic[];
  /** How many comparisons were made. */
  readonly compared: number;
  /** Absent when nothing was compiled. */
  readonly outcome?: Outcome;
}

export interface RunResult {
  readonly tests: readonly TestResult[];
  readonly sources: Sources;
}

export interface RunOptions {
  readonly compile: CompileSetting;
  /** Which tests to run; all unless given. */
  readonly wanted?: (file: string, test: string) => boolean;
}

export async function runTests(files: readonly TestFile[], options: RunOptions): Promise<RunResult> {
  const sources = new Map<string, SourceText>();
  const tests: TestResult[] = [];
  for (const file of files) {
    sources.set(file.source.file, file.source);
    // Tests of the same setting look at the same compile.
    const compiled = new Map<string, Promise<Compiled | Diagnostic>>();
    for (const test of file.tests) {
      if (options.wanted && !options.wanted(file.source.file, test.name)) continue;
      const key = keyOf(test.setting);
      const result = compiled.get(key) ?? (test.expect ? options.compile(file, test.setting) : undefined);
      if (result) compiled.set(key, result);
      const found = await result;
      if (found && 'sources' in found) for (const [name, source] of found.sources) sources.set(name, source);
      tests.push(judgeTest(file, test, found));
      sources.set(file.source.file, file.source);
    }
  }
  return { tests, sources };
}

function keyOf({ scenario, config = {}, policies }: Setting): string {
  const urls = [...policies].map(([name, { url }]) => [name, url]);
  return sortedJson([scenario.kind === 'path' ? scenario.path : scenario.range.start, config, urls]);
}

function judgeTest(file: TestFile, test: PolicyTest, found: Compiled | Diagnostic | undefined): TestResult {
  const { expect, nameRange } = test;
  const name = file.source.file;
  if (!expect || !found) return { file, test, failures: [assertsNothing(name, test)], compared: 0 };
  if (!('heard' in found)) return { file, test, failures: [found], compared: 0 };
  const running = [...test.setting.policies].map(([value, { range }]) => ({ value, range }));
  const { failures, compared } = judge(expect, factsOf(found), { file: name, range: nameRange, running });
  const nothing = failures.length === 0 && compared === 0 ? [assertsNothing(name, test)] : [];
  return { file, test, failures: [...sortDiagnostics(failures), ...nothing], compared, outcome: found };
}
