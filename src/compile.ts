/** The table of contents: the seven phases, in order. No IO but through the ports; no clock but the one that is passed in. */
import { digestOf } from './base/digest.ts';
import type { JsonObject } from './base/json.ts';
import type { Sources, SourceText } from './base/text.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { createSink, type Sink, sortDiagnostics } from './diagnostics/sink.ts';
import type { Governed, HeardAnswer } from './ir/governed.ts';
import type { Linked } from './ir/linked.ts';
import type { LockInput, OpenLock } from './ir/lock.ts';
import type { DeploymentPlan } from './ir/plan-schema.ts';
import type { PolicySetting } from './ir/policy-settings.ts';
import { protocolVersion } from './ir/protocol.ts';
import type { RuntimeSettings } from './ir/runtime-settings.ts';
import type { ManifestTree } from './ir/tree.ts';
import { lockName } from './language/lock/format.ts';
import { readLock } from './language/lock/read-lock.ts';
import { type ProgramFile, programFiles } from './language/program/program-files.ts';
import { tasksIn } from './language/settings/sections/components.ts';
import { nameSources, type SourceNames } from './language/source-names.ts';
import { loadSyntax } from './language/syntax/parse.ts';
import { createParser, prepareParser } from './phases/1-parse/index.ts';
import { createDocumentStore, type DocumentStore } from './phases/2-resolve/document-store.ts';
import { resolveTree } from './phases/2-resolve/index.ts';
import { createLockedLoader } from './phases/2-resolve/locked-loader.ts';
import { loadScenarioIr } from './phases/2-resolve/scenario-ir.ts';
import { checkManifest } from './phases/3-check/index.ts';
import { link } from './phases/4-link/index.ts';
import { type GovernContext, govern, type Verify } from './phases/5-govern/index.ts';
import { checkPrograms } from './phases/5-govern/lock/frozen.ts';
import type { KeyContext } from './phases/5-govern/lock/keys.ts';
import { checkPolicyReads } from './phases/5-govern/policy-reads.ts';
import { checkSettingNames } from './phases/5-govern/policy-settings.ts';
import { checkTravels } from './phases/5-govern/travels.ts';
import { makePlan } from './phases/6-plan/index.ts';
import type { CompileInput } from './phases/7-emit/emitter.ts';
import { type EmitKind, emitCompiled } from './phases/7-emit/emitters.ts';
import type { Loader } from './ports/loader.ts';
import type { Machine } from './ports/machine.ts';
import type { PolicyClient, PolicyLimits } from './ports/policy-client.ts';
import { inSpan, noSpan, type Span, type SpanScope } from './ports/tracer.ts';

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
  /** Values for the root config that policies need while compiling. */
  readonly rootConfig?: { readonly env?: Readonly<Record<string, string | undefined>>; readonly file?: JsonObject };
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

/** Compiles one scenario. Never throws for anything that an author, the outside world or a policy does. */
export function compile(options: CompileOptions): Promise<CompileResult> {
  return inSpan(options.spans ?? noSpan, 'compile', async (span) => {
    const result = await compileIn(options, span);
    const errors = result.diagnostics.filter(({ severity }) => severity === 'error').length;
    const digest = result.compiled ? { 'headgate.plan.digest': result.compiled.plan.planDigest } : {};
    span.end({ 'headgate.errors': errors, ...digest }, errors > 0 ? 'errors' : undefined);
    return result;
  });
}

async function compileIn(options: CompileOptions, span: Span): Promise<CompileResult> {
  const sink = createSink();
  const sources = new Map<string, SourceText>();
  const time = timer(options, span);
  const done = (linted: ReadonlySet<string> = new Set()): CompileResult => {
    // A live compile is not made of its lock, and shows it only to say what is wrong with it.
    const { file, text = null } = options.lock ?? {};
    if (file !== undefined && text !== null && (options.frozen || sink.diagnostics.some(({ at }) => at?.file === file)))
      sources.set(file, { file, text });
    return { diagnostics: sortDiagnostics(sink.diagnostics), sources, linted };
  };

  const locks = await openLocks(options, sink);
  if (sink.hasErrors) return done();
  const stage = { locks, sink, time };
  const scenario = options.ir ? await linkIr(options, stage, sources) : await linkManifests(options, stage, sources);
  if (!scenario) return done();
  const { linked, linted, names, folder, from } = scenario;
  if (linked) options.onLinked?.(linked);
  if (linked && options.bundle) await checkTravels(linked, names, keyContext(options), sink);
  if (!linked || !(options.policyClient || locks.frozen)) return done(linted);

  const governed = await time('govern', () => govern(linked, governContext(options, names, stage)));
  if (!governed) return done(linted);
  const planned = await time('plan', async () => {
    const programs = await programsOf(linked, governed, options, stage);
    const made = makePlan(governed, names, { runtime: options.runtime, programs, sink });
    return made && !sink.hasErrors ? { ...made, programs } : undefined;
  });
  if (!planned) return done(linted);
  const { programs, plan, text } = planned;
  const emit: Compiled['emit'] = (kind, report = () => {}) =>
    emitCompiled(kind, { plan, text, governed, programs, from }, report);
  return { ...done(linted), compiled: { plan, planText: text, governed, folder, emit } };
}

async function programsOf(
  linked: Linked,
  governed: Governed,
  options: CompileOptions,
  { locks, sink }: Stage,
): Promise<readonly ProgramFile[]> {
  if (options.programs === false) return [];
  const programs = await programFiles(linked, governed, options.baseDir, fileDigests(options.loader));
  if (locks.frozen) checkPrograms(locks.frozen, programs, sink);
  return programs;
}

interface Scenario {
  /** Undefined after an error. */
  readonly linked: Linked | undefined;
  readonly linted: ReadonlySet<string>;
  readonly names: SourceNames;
  readonly folder: string;
  readonly from: CompileInput['from'];
}

type Texts = Map<string, SourceText>;

/** Phases 1 to 4. */
async function linkManifests(options: CompileOptions, stage: Stage, sources: Texts): Promise<Scenario | undefined> {
  const { locks, sink, time } = stage;
  const loader = locks.frozen ? createLockedLoader(options.loader, locks.frozen) : options.loader;
  const { documents, ...alone } = options;
  // Documents that were read before came from elsewhere.
  const reader = documents && !locks.frozen ? { ...alone, loader, documents } : { ...alone, loader };
  const tree = await time('resolve', () => readTree(reader, sink, sources));
  if (!tree || sink.hasErrors) return undefined;
  const tasks = tasksIn(options.runtime?.components ?? {});
  const linked = await time('link', () => link(tree, sink, { ...options, tasks }));
  if (linked) checkSettingNames(linked, options.policySettings ?? [], sink);
  // What a frozen compile reads from the network are the recorded texts.
  if (linked && locks.pins && !locks.frozen) checkPolicyReads(linked, tree, locks.pins, sink);
  const linted = new Set(linked ? manifestsOf(tree) : []);
  return { linked, linted, names: nameSources(tree), folder: options.baseDir, from: { kind: 'manifests', tree } };
}

/** A scenario IR is what phase 4 gave, and phase 5 made of it. */
async function linkIr(options: CompileOptions, stage: Stage, sources: Texts): Promise<Scenario | undefined> {
  const ir = await stage.time('resolve', () => loadScenarioIr(options, stage.sink, sources));
  return ir && { ...ir, linted: new Set(), from: { kind: 'ir', catalog: ir.catalog } };
}

interface Stage {
  readonly locks: Locks;
  readonly sink: Sink;
  readonly time: Timer;
}

function governContext(options: CompileOptions, names: SourceNames, { locks, sink, time }: Stage): GovernContext {
  const { env = {}, file } = options.rootConfig ?? {};
  const recording = options.record === true || locks.frozen !== undefined;
  return {
    client: options.policyClient,
    time,
    rootConfig: { env, ...(file ? { file } : {}) },
    running: options.running ?? {},
    settings: options.policySettings ?? [],
    limits: { ...defaultLimits, ...options.limits },
    givenLimits: options.limits ?? {},
    pins: { all: options.allowRemotePolicies === true, lock: locks.pins, faults: locks.faults ?? [], names },
    ...(recording ? { keys: keyContext(options) } : {}),
    ...(locks.frozen ? { frozen: { lock: locks.frozen, sources: names.sources } } : {}),
    sink,
    ...(options.onAnswer ? { onAnswer: options.onAnswer } : {}),
    ...(options.verify ? { verify: options.verify } : {}),
    ...(options.without ? { without: options.without } : {}),
  };
}

interface Locks {
  /** Answers for the policies. */
  readonly frozen?: OpenLock;
  /** Says which policies from the network may run. */
  readonly pins?: OpenLock;
  /** Why there are no pins. */
  readonly faults?: readonly Diagnostic[];
}

/** A live compile does without a lock unless it needs a pin, so that a lock of another version can be recorded again. */
async function openLocks(options: CompileOptions, sink: Sink): Promise<Locks> {
  const { lock, frozen } = options;
  if (!lock || (lock.text === null && !frozen)) {
    if (frozen) readLock({ file: lockName, text: null, recordings: new Map() }, protocolVersion, sink);
    return {};
  }
  await loadSyntax('json5');
  const faults = frozen ? sink : createSink();
  const open = readLock(lock, protocolVersion, faults);
  if (!open) return { faults: frozen ? [] : faults.diagnostics };
  return { pins: open, ...(frozen ? { frozen: open } : {}) };
}

const keyContext = ({ baseDir, loader }: CompileOptions): KeyContext => ({
  baseDir,
  digestOfFile: fileDigests(loader),
});

/** A larger file is not a program. */
const maxProgramBytes = 1024 * 1024 * 1024;
/** Where the loader holds a file in memory. */
const maxLoadedBytes = 64 * 1024 * 1024;

const fileDigests =
  (loader: Loader): ((url: string) => Promise<string | undefined>) =>
  async (url) => {
    if (loader.digest) return loader.digest(url, { maxBytes: maxProgramBytes });
    const result = await loader.load(url, { maxBytes: maxLoadedBytes });
    return result.ok ? digestOf(result.value.bytes) : undefined;
  };

const reading = (loader: Loader): Omit<Parameters<typeof createDocumentStore>[0], 'baseDir'> => ({
  loader,
  parser: createParser(),
  prepare: prepareParser,
  check: checkManifest,
});

/** What many compiles with the same `baseDir` may share: each manifest is read, decoded and checked once. */
export const createDocuments = (options: Pick<CompileOptions, 'baseDir' | 'loader'>): DocumentStore =>
  createDocumentStore({ ...reading(options.loader), baseDir: options.baseDir });

/** Phases 1 to 3: a manifest must be read to know which others to load, so they run interleaved. */
function readTree(options: CompileOptions, sink: Sink, sources: Sources): Promise<ManifestTree | undefined> {
  const { input: url, baseDir, loader, documents: store } = options;
  return resolveTree({ url, baseDir }, { ...reading(loader), store, sink, sources });
}

/** Of the components; those of policies are not linted. */
function* manifestsOf(tree: ManifestTree): Generator<string> {
  const open = [tree.root];
  for (let node = open.pop(); node; node = open.pop()) {
    yield node.loaded.display;
    open.push(...node.children);
  }
}

type Timer = <T>(name: PhaseName, run: (span: Span) => T | Promise<T>) => Promise<T>;

/** Times phases; what runs inside another phase is not counted twice. */
function timer(options: CompileOptions, span: Span): Timer {
  const now = options.now ?? ((): number => 0);
  let inner = 0;
  let around = span;
  return async (name, run) => {
    const outer = around;
    const start = now();
    const before = inner;
    const result = await inSpan(outer, `compile.${name}`, (own) => {
      around = own;
      return run(own);
    });
    around = outer;
    const whole = now() - start;
    options.onPhase?.(name, whole - (inner - before));
    inner = before + whole;
    return result;
  };
}
