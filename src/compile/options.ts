/** What a compile takes and gives. */
import type { Sources } from '../base/text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Governed, HeardAnswer } from '../ir/governed.ts';
import type { Linked } from '../ir/linked.ts';
import type { LockInput } from '../ir/lock.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import type { PolicySetting } from '../ir/policy-settings.ts';
import type { RuntimeSettings } from '../ir/runtime-settings.ts';
import type { GivenConfig } from '../language/config/given.ts';
import type { DocumentStore } from '../phases/2-resolve/document-store.ts';
import type { Verify } from '../phases/5-govern/index.ts';
import type { EmitKind } from '../phases/7-emit/emitters.ts';
import type { Confinement } from '../ports/confinement.ts';
import type { Loader } from '../ports/loader.ts';
import type { Machine } from '../ports/machine.ts';
import type { PolicyClient, PolicyLimits } from '../ports/policy-client.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { SpanScope } from '../ports/tracer.ts';

export interface CompileOptions {
  /** Absolute URL of the root manifest (`file:`, `http:`, `https:`). */
  readonly input: string;
  /** URL of the folder that display names are relative to; ends with `/`. */
  readonly baseDir: string;
  /** `input` is a scenario IR. Its policies were applied when it was made, so none is asked, and no lint is run. */
  readonly ir?: boolean;
  readonly loader: Loader;
  /** Manifests that were read before, for many scenarios in one process; made by `createDocuments` with the same loader. */
  readonly documents?: DocumentStore;
  /** Absent: policies are linked and checked, but not asked, and there is no plan. */
  readonly policyClient?: PolicyClient;
  /** Values for the root config that policies need while compiling. References to secrets in it are looked at in any case. */
  readonly rootConfig?: GivenConfig;
  /** Asked for the secrets that the settings grant to policies, right before the policies start. A check and a frozen compile ask for none. */
  readonly secrets?: Secrets;
  /** Policies that run already: `use` name, `<scope>/<use>` or reference → URL. */
  readonly running?: Readonly<Record<string, string>>;
  readonly limits?: Partial<PolicyLimits>;
  /** What the settings say of policies: modes, limits, grants. */
  readonly policySettings?: readonly PolicySetting[];
  /** What the settings say of running; the plan takes it up. */
  readonly runtime?: RuntimeSettings;
  /** A lock: policies from the network that it pins may run, and `frozen` takes every answer from it. */
  readonly lock?: LockInput;
  /** Starts nothing, asks nobody and fetches nothing; anything that is not as `lock` has it is an error. */
  readonly frozen?: boolean;
  /** Makes `emit('lock')` give a lock; every policy in shadow must answer too. */
  readonly record?: boolean;
  /** A bundle is to be made: what would keep it from being compiled elsewhere is a warning. */
  readonly bundle?: boolean;
  /** False: files that programs are started from are not read, since nobody wants the plan. */
  readonly programs?: boolean;
  /** Policies from the network may run without being pinned. */
  readonly allowRemotePolicies?: boolean;
  /** What else to find out about the policies; its warnings change nothing in the plan. */
  readonly verify?: Verify;
  /** Policies whose answers are taken as empty: their reference, `<scope>/<use>` or `use` name. */
  readonly without?: readonly string[];
  /** What programs need is looked for there, and missing ones are told as warnings. */
  readonly machine?: Machine;
  /** First line of a program's file, by its name in the plan: which image it could run in is told by that. */
  readonly firstLineOf?: (program: string) => string | undefined;
  /** Which files of this machine programs may be; any unless given. Other files are the loader's to refuse. */
  readonly confinement?: Confinement;
  /** Told what was linked, also when the compile fails later. */
  readonly onLinked?: (linked: Linked) => void;
  /** Told of every answer of a policy that could be read, also when the compile fails later. */
  readonly onAnswer?: (heard: HeardAnswer) => void;
  /** Where to trace to: a span for each phase, and for each call of a policy. */
  readonly spans?: SpanScope;
  /** Told the milliseconds of each phase when `now` is given; steps inside `govern` are not counted twice. */
  readonly onPhase?: (name: PhaseName, ms: number) => void;
  readonly now?: () => number;
}

export type PhaseName = 'resolve' | 'link' | 'ask' | 'validate' | 'rewrite' | 'prove' | 'govern' | 'plan';

export interface CompileResult {
  /** By file, place and code. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: Sources;
  /** Names of the manifests that every lint has seen; none when linking failed. */
  readonly linted: ReadonlySet<string>;
  readonly compiled?: Compiled;
}

export interface Compiled {
  readonly plan: DeploymentPlan;
  /** Canonical bytes of the plan, with a line end. */
  readonly planText: string;
  readonly governed: Governed;
  /** URL of the folder that relative program paths of the plan are looked up from. */
  readonly folder: string;
  /**
   * The files of one kind of output, by relative path; none of a scenario IR for `bundle` and `lock`. What has to be said of them goes
   * to `report`: after an error they are not to be used. Throws a `RangeError` for a kind that does not exist.
   */
  readonly emit: (kind: EmitKind, report?: (diagnostic: Diagnostic) => void) => ReadonlyMap<string, string>;
}

export const defaultLimits: PolicyLimits = {
  startMs: 30_000,
  connectMs: 5_000,
  headersMs: 30_000,
  bodyMs: 30_000,
  totalMs: 120_000,
  maxBodyBytes: 1_048_576,
};
