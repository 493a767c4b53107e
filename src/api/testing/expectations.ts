/** What a scenario is expected to become: the same fields, with the same meaning, as under `expect` in a file of tests. */
import type { JsonValue } from '../../base/json.ts';

export type TextMatch =
  | string
  | { readonly contains: string }
  | { readonly equals: string }
  | { readonly matches: string };
export type PolicyName = string | { readonly policy: string; readonly scope?: string };

export interface InterposerExpectation {
  readonly policy?: PolicyName;
  readonly moniker?: string;
  /** Exactly the edges that it sits on. */
  readonly on?: readonly string[];
  readonly reason?: TextMatch;
  readonly program?: JsonValue;
  readonly config?: JsonValue;
  readonly config_schema?: JsonValue;
  readonly slots?: JsonValue;
  readonly provides?: JsonValue;
  readonly resources?: JsonValue;
  readonly metadata?: JsonValue;
  readonly count?: number;
}
export interface FindingExpectation {
  readonly policy?: PolicyName;
  readonly severity?: 'error' | 'warning' | 'info';
  readonly code?: string;
  readonly message?: TextMatch;
  readonly edge?: string;
  readonly component?: string;
  readonly count?: number;
}
export type DiagnosticExpectation =
  | string
  | { readonly code?: string; readonly message?: TextMatch; readonly count?: number };

export interface Expectations {
  readonly edges?: Readonly<Record<string, readonly PolicyName[]>>;
  readonly untouched?: 'others' | readonly string[];
  readonly interposers?: readonly InterposerExpectation[];
  readonly findings?: readonly FindingExpectation[];
  readonly errors?: readonly DiagnosticExpectation[];
  readonly warnings?: readonly DiagnosticExpectation[];
  readonly policies?: Readonly<
    Record<string, { readonly shown?: number | readonly string[]; readonly matched?: number | readonly string[] }>
  >;
  readonly counts?: Readonly<
    Partial<Record<'components' | 'edges' | 'touched' | 'interposers' | 'findings' | 'errors' | 'warnings', number>>
  >;
}
