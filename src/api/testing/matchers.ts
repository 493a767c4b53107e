/** Matchers for `expect.extend` of vitest and jest. */
import type { CompiledForTest, Failure } from './compile.ts';
import type {
  DiagnosticExpectation,
  Expectations,
  FindingExpectation,
  InterposerExpectation,
  PolicyName,
} from './expectations.ts';

export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For the declaration that tells TypeScript of them; see docs/policies/test.md. */
export interface PolicyMatchers<R = unknown> {
  /** Without an error. */
  toCompile: () => R;
  toMeet: (expected: Expectations) => R;
  toHaveChain: (edge: string, policies: readonly PolicyName[]) => R;
  /** An edge, or `others` for all. */
  toBeUntouched: (edges: string | readonly string[]) => R;
  /** All of them: lists are complete. */
  toHaveInterposers: (list: readonly InterposerExpectation[]) => R;
  toHaveFindings: (list: readonly FindingExpectation[]) => R;
  toHaveErrors: (list: readonly DiagnosticExpectation[]) => R;
}

type Matchers = {
  readonly [K in keyof PolicyMatchers]: (
    received: CompiledForTest,
    ...args: Parameters<PolicyMatchers[K]>
  ) => MatcherResult;
};

/** Neither the expectation nor its opposite can be judged: `.not` must not pass because of a misspelt name. */
const senseless: readonly string[] = ['test/unknown-name', 'test/shape', 'test/no-assertion'];

const shown = ({ message, help }: Failure): string => (help === undefined ? message : `${message} (${help})`);

function meet(received: CompiledForTest, expected: Expectations): MatcherResult {
  if (typeof received?.failuresOf !== 'function')
    throw new TypeError('these matchers are for what compileForTest answers');
  const failures = received.failuresOf(expected);
  const fault = failures.filter(({ code }) => senseless.includes(code));
  if (fault.length > 0) throw new Error(fault.map(shown).join('\n'));
  return {
    pass: failures.length === 0,
    message: () =>
      failures.length === 0 ? 'all of this holds, and was expected not to' : failures.map(shown).join('\n'),
  };
}

export const policyMatchers: Matchers = {
  toCompile: (received) => meet(received, { errors: [] }),
  toMeet: meet,
  toHaveChain: (received, edge, policies) => meet(received, { edges: { [edge]: policies } }),
  toBeUntouched: (received, edges) => meet(received, { untouched: edges === 'others' ? edges : [edges].flat() }),
  toHaveInterposers: (received, list) => meet(received, { interposers: list }),
  toHaveFindings: (received, list) => meet(received, { findings: list }),
  toHaveErrors: (received, list) => meet(received, { errors: list }),
};
