/**
 * A program that is run in the place of a component and has an end, beside the component or after it: what a probe does. It is shown
 * what the component is shown, in a sandbox of its own, and nothing of it is left when it has settled.
 */
import type { JsonObject } from '../base/json.ts';
import type { ProbeTarget } from '../ir/plan-probe-schema.ts';
import type { Standing } from './authority.ts';

export interface Execution {
  /** The program and its arguments; no shell reads them. A relative path starts at the folder of the component's manifest. */
  readonly argv: readonly string[];
  /** Where it begins, inside: absolute, or seen from the folder of the component's manifest, which it is unless given. */
  readonly cwd?: string;
  /** Besides those of the component. */
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Uint8Array;
  /** Values of what the config of the component refers to, by reference. */
  readonly secrets?: ReadonlyMap<string, string>;
  /** Files of this machine that it is shown, read-only, by absolute path inside. */
  readonly shown?: Readonly<Record<string, string>>;
  /** Exports that it reaches, each at this port of its own loopback. */
  readonly reaches?: readonly { readonly export: string; readonly port: number }[];
  readonly budgetMs: number;
  /** Between being asked to end and being ended. */
  readonly graceMs: number;
  /** Of each stream; what comes after it is counted and dropped. */
  readonly mostOutputBytes: number;
  /** Ends it; told apart from its budget. */
  readonly signal: AbortSignal;
}

export interface Output {
  readonly bytes: Uint8Array;
  readonly dropped: number;
}

export interface Executed {
  /** `stopped`: the signal of the run. `error`: it could not be started, or it was not the program that ended. */
  readonly ended: 'exited' | 'budget' | 'stopped' | 'error';
  /** As a shell tells it: 128 and the number of the signal for what a signal has ended, where nobody knows better. */
  readonly code: number | null;
  readonly signal: string | null;
  /** Why, with `error`. */
  readonly fault?: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly durationMs: number;
  /** What it used up, where that was measured. */
  readonly usage?: { readonly cpuSeconds?: number; readonly peakBytes?: number };
  /** Of the sandbox that it ran in, as a start of a component measures it. */
  readonly measured?: JsonObject;
}

/** Where whoever runs the plan connects to, on this machine: a unix socket, or a port of its loopback. */
export type Reached = { readonly socket: string } | { readonly port: number };

/** What an environment can do for probes. */
export interface Probing {
  /**
   * In the place of a component, named by its moniker, or of `exports.NAME`, which is given nothing but what the execution says. Throws
   * for nothing that the program or this place does.
   */
  readonly execute: (subject: string, execution: Execution, on: Standing) => Promise<Executed>;
  /** The way to what a binding of the plan leads to; whether anybody answers there is not said. Undefined where there is none. */
  readonly reach: (target: ProbeTarget, on: Standing) => Promise<Reached | undefined>;
}
