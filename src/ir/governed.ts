/** What phase 5 hands on: the graph after the rewrite, and a record of every policy that was asked. */
import type { JsonObject } from '../base/json.ts';
import type { LinkedScenario, PolicyEntry, Scope } from './linked.ts';

export interface PolicyFinding {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly code?: string;
  /** Edge id, or moniker of the component, that it is about. */
  readonly edge?: string;
  readonly component?: string;
}

export interface PolicyRecord {
  readonly scope: Scope;
  readonly entry: PolicyEntry;
  readonly requestDigest: string;
  readonly answerDigest: string;
  /** Edges and exports in the request. */
  readonly edgesShown: number;
  /** Different ones among them that the answer attached to. */
  readonly edgesMatched: number;
  /** Monikers, in the order of the answer. */
  readonly interposers: readonly string[];
  readonly findings: readonly PolicyFinding[];
  /** `bubblewrap`, `none`, or `running` for one that was running already. */
  readonly sandbox: string;
}

export interface Governed extends LinkedScenario {
  readonly rootSchema: JsonObject | null;
  readonly policies: readonly PolicyRecord[];
}
