/** A run of tests for programs; the shape is versioned. */
import { positionAt } from '../../../base/text.ts';
import { type JsonDiagnostic, jsonReport } from '../../../diagnostics/render/json.ts';
import type { PolicyCoverage } from '../coverage.ts';
import type { RunResult } from '../run.ts';

export interface JsonTests {
  readonly version: 1;
  readonly tests: readonly {
    readonly file: string;
    readonly name: string;
    /** From 1. */
    readonly line: number;
    readonly outcome: 'passed' | 'failed';
    readonly compared: number;
    readonly failures: readonly JsonDiagnostic[];
  }[];
  readonly summary: { readonly passed: number; readonly failed: number; readonly compared: number };
  readonly coverage?: readonly PolicyCoverage[];
}

export function jsonTests({ tests, sources }: RunResult, coverage?: readonly PolicyCoverage[]): JsonTests {
  const failed = tests.filter(({ failures }) => failures.length > 0).length;
  return {
    version: 1,
    tests: tests.map(({ file, test, failures, compared }) => ({
      file: file.source.file,
      name: test.name,
      line: positionAt(file.source, test.nameRange.start).line + 1,
      outcome: failures.length === 0 ? 'passed' : 'failed',
      compared,
      failures: jsonReport(failures, sources, { input: file.source.file }).diagnostics,
    })),
    summary: {
      passed: tests.length - failed,
      failed,
      compared: tests.reduce((sum, test) => sum + test.compared, 0),
    },
    ...(coverage ? { coverage } : {}),
  };
}
