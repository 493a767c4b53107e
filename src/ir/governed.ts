/** What phase 5 hands on: the graph after the rewrite, and a record of every policy that was asked. */
import type { JsonObject } from '../base/json.ts';
import type { LinkedScenario, PolicyEntry, Scope } from './linked.ts';
import type { LockedFile } from './lock.ts';
import type { PolicyMode } from './policy-settings.ts';
import type { PolicySelections } from './protocol.ts';

export interface PolicyFinding {
  /** As it counts. */
  readonly severity: 'error' | 'warning' | 'info';
  /** As the policy said it, where its mode makes less of it. */
  readonly said?: 'error' | 'warning';
  readonly message: string;
  readonly code?: string;
  /** Edge id, or moniker of the component, that it is about. */
  readonly edge?: string;
  readonly component?: string;
}

export interface PolicyRecord {
  readonly scope: Scope;
  readonly entry: PolicyEntry;
  readonly mode: PolicyMode;
  readonly requestDigest: string;
  /** Null for a policy in shadow that failed. */
  readonly answerDigest: string | null;
  /** Edges and exports in the request. */
  readonly edgesShown: number;
  /** Different ones among them that the answer attached to. */
  readonly edgesMatched: number;
  /** Monikers, in the order of the answer. */
  readonly interposers: readonly string[];
  readonly findings: readonly PolicyFinding[];
  /** `bubblewrap`, `none`, or `running` for one that was running already. */
  readonly sandbox: string;
  /** The secrets whose values it reads, and may: of root config, and references that manifests write. */
  readonly secrets: readonly string[];
  /** Its interposers may tell the run what a model was used for. */
  readonly usage?: true;
  /** What it would have done, in shadow. */
  readonly shadow?: ShadowDifference;
  /** When a lock is to be made, or answered. */
  readonly recording?: PolicyRecording;
}

export interface ShadowDifference {
  /** Monikers that the interposers would have. */
  readonly interposers: readonly string[];
  /** Edges that would pass them, and whom they would pass from the source on, others included. */
  readonly edges: readonly { readonly id: string; readonly through: readonly string[] }[];
}

/** What a lock keeps of one question and its answer. */
export interface PolicyRecording {
  readonly key: string;
  readonly protocol: string;
  readonly policyDigest: string;
  readonly files: readonly LockedFile[];
  readonly request: string;
  readonly answer: string;
}

/** What one policy was shown and what it said; told also when the compile fails later. Edges are named by id, exports `exports.NAME`. */
export interface HeardAnswer {
  readonly scope: Scope;
  readonly entry: PolicyEntry;
  readonly shown: readonly string[];
  /** Those of `shown` that an interposer of the answer is attached to, in the same order. */
  readonly matched: readonly string[];
  readonly findings: readonly PolicyFinding[];
  /** Absent when the policy does not tell. */
  readonly selections?: PolicySelections;
}

export interface Governed extends LinkedScenario {
  readonly rootSchema: JsonObject | null;
  /** Leaves of the root config that it or any consumer declares secret, interposers among them; sorted. */
  readonly secrets: readonly string[];
  readonly policies: readonly PolicyRecord[];
}
