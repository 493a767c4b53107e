/** Helpers for tests of policies, with the engine of `headgate compile`. */

export type { Diagnostic } from '../../diagnostics/diagnostic.ts';
export type { CompiledForTest, CompileForTestOptions, Failure, SelectionMatches } from './compile.ts';
export { compileForTest } from './compile.ts';
export type {
  DiagnosticExpectation,
  Expectations,
  FindingExpectation,
  InterposerExpectation,
  PolicyName,
  TextMatch,
} from './expectations.ts';
export type { MatcherResult, PolicyMatchers } from './matchers.ts';
export { policyMatchers } from './matchers.ts';
export type { AskedWith, PolicyForTest } from './serve.ts';
