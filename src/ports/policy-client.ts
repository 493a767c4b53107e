/** The only IO of phase 5: start policies and ask them. */
import type { JsonObject, JsonValue } from '../base/json.ts';
import type { LoweredProgram } from '../ir/graph.ts';
import type { PolicySelections, ProtocolVersion } from '../ir/protocol.ts';
import type { Span } from './tracer.ts';

/** One policy process to start. */
export interface PolicyProcess {
  /** Moniker in the policy scenario, `/use_0_0` or below. */
  readonly moniker: string;
  /** For people: `<scope>/<use name>`. */
  readonly display: string;
  readonly program: LoweredProgram;
  /** Evaluated config of this component, ready to be interpolated into the program. */
  readonly config: JsonObject;
  /** Absolute URL of the manifest; `path` programs and their folder are found from it. */
  readonly url: string;
  /** Ports on which this process is to listen, for collision checks and for edges into it. */
  readonly ports: readonly number[];
  /** Slots of this component that lead to another policy process. */
  readonly slots: Readonly<Record<string, readonly PolicyPeer[]>>;
}
export interface PolicyPeer {
  readonly moniker: string;
  readonly port: number;
  readonly protocol: string;
}

/** One POST. */
export interface PolicyAsk {
  /** Unique; the order of results is the order of asks. */
  readonly id: string;
  /** For people: scope and reference as in the manifest. */
  readonly display: string;
  /** The process and port to ask, or the URL of one that is running already (`--policy NAME=URL`). */
  readonly to:
    | { readonly moniker: string; readonly port: number; readonly protocol: 'http' | 'https' }
    | { readonly url: string };
  /** Large, and made when it is first read. */
  readonly body: string;
  /** The same question in version 2 of the protocol, for a policy that says that it reads that. */
  readonly shared?: () => string;
  readonly headers: Readonly<Record<string, string>>;
  /** Of this question, where they are not those of the pass. `totalMs` counts from the start of the pass. */
  readonly limits?: PolicyLimits;
}

export type PolicyPhase =
  | 'sandbox'
  | 'start'
  | 'ready'
  | 'connect'
  | 'headers'
  | 'body'
  | 'status'
  | 'size'
  | 'encoding'
  | 'deadline'
  | 'cancelled';

export type PolicyOutcome =
  | {
      readonly ok: true;
      readonly text: string;
      /** Version 1 unless told. */
      readonly protocol?: ProtocolVersion;
      readonly elapsedMs: number;
      /** For coverage alone: it must have no part in what is planned, locked or digested. */
      readonly selections?: PolicySelections;
    }
  | {
      readonly ok: false;
      readonly phase: PolicyPhase;
      /** One line: what happened. */
      readonly message: string;
      readonly help?: string;
      /** Milliseconds from the start of the phase. */
      readonly elapsedMs: number;
      /** Last lines of the process's standard error, already cut. */
      readonly stderrTail?: string;
      /** At most 4 KiB of the body of a refused answer. */
      readonly bodyPreview?: string;
    };

export interface PolicyLimits {
  readonly startMs: number;
  readonly connectMs: number;
  readonly headersMs: number;
  readonly bodyMs: number;
  readonly totalMs: number;
  readonly maxBodyBytes: number;
}

/** One question on its way, for whoever traces. */
export interface PolicyCall {
  /** For what is done to ask it. Its `traceparent` may be told to the policy, in a header of that name. */
  readonly span: Span;
  /** Ends the span. */
  readonly settled: (outcome: PolicyOutcome) => void;
}

export interface PolicyClient {
  /**
   * Starts every process, asks all at once, stops everything, and only then resolves; one outcome an ask, in order. Never
   * throws for anything a policy does. Nothing survives: no process, socket, folder or port.
   */
  ask(
    processes: readonly PolicyProcess[],
    asks: readonly PolicyAsk[],
    limits: PolicyLimits,
    follow?: (ask: PolicyAsk) => PolicyCall,
  ): Promise<readonly PolicyOutcome[]>;
  /** `bubblewrap`, `none` or `running`: recorded in the plan. */
  readonly sandbox: string;
}

export type EvaluatedConfig = JsonValue;
