/** What the tests of one run saw of each policy. In: results. Out: one row for each policy of each scope of each scenario. */
import { compareText } from '../../base/order.ts';
import type { PolicySelection } from '../../ir/protocol.ts';
import type { Outcome } from './facts.ts';
import type { TestResult } from './run.ts';

export interface PolicyCoverage {
  /** Manifest whose list names the policy. */
  readonly source: string;
  readonly scope: string;
  readonly policy: string;
  /** How many compiles it was asked in. */
  readonly asked: number;
  /** By name, over all of them. */
  readonly edges: readonly EdgeCoverage[];
  /** By name, in the order in which they were first made, over all compiles; empty for a policy that tells of none. */
  readonly selections: readonly PolicySelection[];
  /** How many more selections one answer told of than it named, at most. */
  readonly selectionsLeftOut: number;
  /**
   * What matched nothing in every compile: names of selections, those that may be empty too. Of a policy that tells only in findings
   * what was empty, their messages.
   */
  readonly neverHit: readonly string[];
}
export interface EdgeCoverage {
  readonly edge: string;
  /** An interposer was put on it. */
  readonly hit: boolean;
  /** A test expects something of it by name. */
  readonly expected: boolean;
}

/** The code under which the SDKs report a selection that matched nothing. */
const emptySelection = 'empty-selection';

interface Row {
  readonly source: string;
  readonly scope: string;
  readonly policy: string;
  readonly outcomes: Set<Outcome>;
  readonly edges: Map<string, { hit: boolean; expected: boolean }>;
  /** How often each was reported empty. */
  readonly empty: Map<string, number>;
  readonly selections: Map<string, number>;
  leftOut: number;
}

export function coverageOf(results: readonly TestResult[]): readonly PolicyCoverage[] {
  const rows = new Map<string, Row>();
  for (const { outcome, test } of results) {
    if (!outcome) continue;
    const named = namedEdges(test.expect);
    for (const { scope, entry, shown, matched, findings, selections } of outcome.heard) {
      const source = outcome.rename?.(entry.at.file) ?? entry.at.file;
      const key = JSON.stringify([source, scope.moniker, entry.ref]);
      const row: Row = rows.get(key) ?? {
        source,
        scope: scope.moniker,
        policy: entry.ref,
        outcomes: new Set(),
        edges: new Map(),
        empty: new Map(),
        selections: new Map(),
        leftOut: 0,
      };
      rows.set(key, row);
      for (const edge of shown) {
        const cell = row.edges.get(edge) ?? { hit: false, expected: false };
        row.edges.set(edge, cell);
        if (matched.includes(edge)) cell.hit = true;
        if (named === 'all' || named.has(edge)) cell.expected = true;
      }
      if (row.outcomes.has(outcome)) continue;
      row.outcomes.add(outcome);
      for (const { name, matched: count } of selections?.list ?? []) {
        row.selections.set(name, (row.selections.get(name) ?? 0) + count);
      }
      row.leftOut = Math.max(row.leftOut, selections?.leftOut ?? 0);
      if (selections) continue;
      const empty = findings.filter(({ code }) => code === emptySelection).map(({ message }) => message);
      for (const message of new Set(empty)) row.empty.set(message, (row.empty.get(message) ?? 0) + 1);
    }
  }
  return [...rows.values()]
    .map(({ source, scope, policy, outcomes, edges, empty, selections, leftOut }) => ({
      source,
      scope,
      policy,
      asked: outcomes.size,
      edges: [...edges].map(([edge, cell]) => ({ edge, ...cell })),
      selections: [...selections].map(([name, matched]) => ({ name, matched })),
      selectionsLeftOut: leftOut,
      neverHit: [
        ...[...selections].filter(([, matched]) => matched === 0).map(([name]) => name),
        ...[...empty].filter(([, times]) => times === outcomes.size).map(([message]) => message),
      ],
    }))
    .sort(
      (a, b) => compareText(a.source, b.source) || compareText(a.scope, b.scope) || compareText(a.policy, b.policy),
    );
}

function namedEdges(expect: TestResult['test']['expect']): ReadonlySet<string> | 'all' {
  if (!expect) return new Set();
  if (expect.untouched?.edges === 'others') return 'all';
  return new Set([
    ...expect.edges.map(({ edge }) => edge),
    ...(expect.untouched?.edges ?? []).map(({ value }) => value),
    ...(expect.interposers?.items ?? []).flatMap(({ on }) => on?.edges.map(({ value }) => value) ?? []),
  ]);
}
