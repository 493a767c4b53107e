/** What whoever runs a plan says, hears and holds. */
import { resolve } from 'node:path';
import type { JsonObject } from '../base/json.ts';
import type { Blocked } from '../ir/blocked.ts';
import type { Entry } from '../language/journal/entry.ts';
import type { SpanScope } from '../ports/tracer.ts';
import type { VaultHealth } from '../ports/vault.ts';
import type { ComponentStatus } from './actions/component/life-state.ts';
import type { AuthorityTold, RevokeRefused } from './authority/told.ts';
import type { RunSecrets } from './bindings/binder.ts';
import type { Reacted, RotatedSecret } from './bindings/rotation.ts';
import type { UsageAnswer, UsageReport } from './budgets/model-usage.ts';
import type { LogLine } from './environments/local/logs.ts';
import type { Outcome } from './gate/outcome.ts';
import type { Interactions } from './interactions/interactions.ts';
import type { Resolution } from './journal/resolutions.ts';
import type { Probed, Refused } from './probes/complete.ts';
import type { Probers } from './probes/probe.ts';
import type { ProbeReport } from './probes/report.ts';
import { stateDirOf } from './state/run-folder.ts';
import type { Sealed } from './verdict/seal.ts';
import type { Finalized, FinalizeHow } from './workspaces/finalize-request.ts';

/** A place that takes a whole plan. */
export type RunPlace =
  | { readonly kind: 'compose' }
  | { readonly kind: 'kubernetes'; readonly namespace?: string; readonly context?: string; readonly yes?: boolean };

/** What a run is made of, and is kept for `resume`. No value of a secret is in it. */
export interface RunSettings {
  /** Absolute: names of sources in the plan are relative to it. */
  readonly sourceFolder: string;
  /** Absolute: no program starts in a folder outside of it, links followed; `sourceFolder` unless given. */
  readonly root?: string;
  /** Slot of the root → URL. */
  readonly externals: Readonly<Record<string, string>>;
  readonly exportPorts: Readonly<Record<string, number>>;
  /** Programs whose profile says so run on this machine, with all rights of the user; otherwise they are refused. */
  readonly noSandbox?: boolean;
  /** Where it runs; on this machine unless given. */
  readonly on?: RunPlace;
  /** What an older headgate kept there besides; only `readRun` answers it. */
  readonly legacy?: { readonly components: JsonObject };
}

/** How a plan is to be run. Only the folder has to be said. */
export interface RunOptions extends Pick<RunSettings, 'sourceFolder'>, Partial<Omit<RunSettings, 'sourceFolder'>> {
  /** Where runs are kept; `$XDG_STATE_HOME/headgate`, or `~/.local/state/headgate`, unless given. */
  readonly stateDir?: string;
  /** Root config comes from here, then from `configFile`, then from defaults. The environment of this process unless given. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly configFile?: JsonObject;
  /** What was written for the place of `on`, by path. It is held against the plan before anything is done with it. */
  readonly files?: ReadonlyMap<string, string>;
  /**
   * An earlier run that is to go on; see `readRun`. Tasks of `redo` run again, whatever became of them. With `ends`, what a place goes on
   * to run without its headgate is only taken away, for which no config is needed.
   */
  readonly resume?: { readonly id: string; readonly redo: readonly string[]; readonly ends?: true };
  /**
   * Told everything as it happens. What it throws is nobody's business but the process's: the run goes on. A promise that it answers to
   * a `log` holds the program back: nothing more of what it says is read until the promise settles.
   */
  readonly onEvent?: (event: RunEvent) => unknown;
  /** Private key (Ed25519, PKCS8 in PEM) that signs the verdict; it says that it is not signed unless given. Kept nowhere. */
  readonly signKey?: string;
  /** Tries each edge and each non-edge from inside every sandbox, once everything is ready; a difference ends the run as BLOCKED. */
  readonly proveEnforcement?: boolean;
  /** Ends the run as `stop` does. */
  readonly signal?: AbortSignal;
  /** Where to trace to; see `openTracing`. */
  readonly spans?: SpanScope;
  /** Whoever answers for references to secrets; the vaults of the plan unless given. Closed with the run. */
  readonly secrets?: RunSecrets;
  /** Kinds of probes by name: more of them, or others in the place of those that there are. One that throws has found out nothing. */
  readonly probeRunners?: Probers;
  /** Milliseconds for programs to end by themselves; 10,000 unless given. */
  readonly graceMs?: number;
  /** Milliseconds for the ports of a program to open, where the plan does not say; 60,000 unless given. */
  readonly readyTimeoutMs?: number;
}

/** With everything that was left out. */
export type SettledOptions = RunOptions & RunSettings & Required<Pick<RunOptions, 'stateDir' | 'env'>>;

export function settle(options: RunOptions): SettledOptions {
  const env = options.env ?? process.env;
  return {
    externals: {},
    exportPorts: {},
    ...options,
    env,
    sourceFolder: resolve(options.sourceFolder),
    ...(options.root === undefined ? {} : { root: resolve(options.root) }),
    stateDir: stateDirOf(env, options.stateDir, process.cwd()),
  };
}

export type RunEvent =
  /** An entry of the journal, which is on the disk by now. */
  | { readonly type: 'entry'; readonly entry: Entry }
  /** What a component does has changed. */
  | { readonly type: 'state'; readonly status: ComponentStatus }
  /** A line of a program; values of secrets are replaced. */
  | { readonly type: 'log'; readonly line: LogLine }
  /** What a profile asks for and does not have in this run; at most one. */
  | { readonly type: 'warning'; readonly warning: Blocked }
  /** Everything is up: the URLs of the exports, by name. */
  | { readonly type: 'ready'; readonly exports: Readonly<Record<string, string>> };

export interface Run {
  readonly id: string;
  /** Its journal and its logs are here. */
  readonly folder: string;
  /** Everything is up, or the run ended before that. */
  readonly ready: Promise<boolean>;
  /** How it ended; every program is gone by then. */
  readonly done: Promise<Outcome>;
  /** URLs by name, once it is ready. */
  readonly exports: () => Readonly<Record<string, string>>;
  readonly status: () => readonly ComponentStatus[];
  /** What became of its statement, once it is done: which key signed it, null for none, or why it could not be written. */
  readonly verdict: () => Sealed | undefined;
  /** Ends it as cancelled. A second call with a shorter grace ends what is left at once. */
  readonly stop: (reason: string, graceMs?: number) => void;
  /**
   * Runs probes on what runs now, all of them unless named, and answers what they found; where the run has a verdict, the gate judges
   * once more. Refused before everything is up, and when the run is over.
   */
  readonly probe: (names?: readonly string[]) => Promise<Probed>;
  /** A secret has another value now: does what the settings say of each component that is bound to it. Nothing once the run is over. */
  readonly rotated: (secret: RotatedSecret) => Promise<readonly Reacted[]>;
  /** What the interposer of an edge says of a model: see `UsageReport`. */
  readonly usage: (component: string, report: UsageReport) => UsageAnswer;
  /** What the vaults say that something of the run is bound to, by name. */
  readonly vaults: () => Promise<Readonly<Record<string, VaultHealth>>>;
  /** Writes down whose side counts at conflicts of its workspaces, for the next finalize; refused when the run is over. */
  readonly resolve: (resolutions: readonly Resolution[]) => Promise<Refused | undefined>;
  /** On whose authority it acts, as it is now. */
  readonly authority: () => AuthorityTold;
  /** Takes a delegation back, for good; what refuses it, and undefined where nothing does. */
  readonly revoke: (delegation: string, reason: string) => RevokeRefused | undefined;
  /** What its components ask for, and what they are answered. */
  readonly interactions: Pick<Interactions, 'ask' | 'answer' | 'all'>;
  /** The newest of each probe, by name: read back from the store and verified. */
  readonly evidence: () => readonly ProbeReport[];
  /**
   * Finalizes once more, or gives up, the copy of a component (or the copy of that id), all that are not finalized unless named. Refused
   * while what works on it runs.
   */
  readonly finalize: (component: string | undefined, how: FinalizeHow) => Promise<Finalized>;
}
