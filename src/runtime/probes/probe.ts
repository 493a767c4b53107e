/** What a kind of probe is given, and what it answers. A kind more is a file here and a line in `kinds.ts`. */
import type { JsonObject } from '../../base/json.ts';
import type { PlanProbe, ProbeTarget } from '../../ir/plan-probe-schema.ts';
import type { Executed, Execution, Reached } from '../../ports/execution.ts';
import type { Clock } from '../clock.ts';
import type { ProbeOutcome } from '../store/evidence.ts';
import type { BlobDigest } from '../store/store.ts';

/** What a probe can do there, by the right of this probe. */
export interface PlacedProbing {
  readonly execute: (subject: string, execution: Execution) => Promise<Executed>;
  readonly reach: (target: ProbeTarget) => Promise<Reached | undefined>;
}

export interface ProbeContext {
  readonly name: string;
  readonly place: PlacedProbing;
  readonly clock: Clock;
  /** Aborted when the run is to end before its time. */
  readonly signal: AbortSignal;
  /** Bytes of a file of kind `probe`, as they were when the plan was made; undefined when they are not that any more. */
  readonly file: (name: string) => Promise<Uint8Array | undefined>;
  /** Where that file lies on this machine. */
  readonly pathOf: (name: string) => string;
  /** Keeps bytes as evidence; nothing secret is left in texts. */
  readonly keep: (bytes: Uint8Array) => BlobDigest;
  /** Takes resolved secrets out of a text. */
  readonly redact: (text: string) => string;
}

export interface ProbeResult {
  /** Null when it could not be assessed, which is never the same as passed. */
  readonly passed: boolean | null;
  readonly outcome: ProbeOutcome;
  /** One line. */
  readonly summary: string;
  /** What was seen, for people and programs: previews, statuses, sizes. */
  readonly details: JsonObject;
  /** What it left in the store, by what it is: `stdout`, `screenshot`, `difference`, `trace`. */
  readonly blobs: Readonly<Record<string, BlobDigest>>;
}

/** Throws only for faults of its own, which are told as such and never as a pass. */
export type Prober<P extends PlanProbe = PlanProbe> = (probe: P, context: ProbeContext) => Promise<ProbeResult>;

/** By kind. */
export type Probers = Readonly<Record<string, Prober>>;
