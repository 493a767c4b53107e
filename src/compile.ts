/** The table of contents: the seven phases, in order; the first four are in compile/scenario.ts. No IO but through the ports; no clock but the one that is passed in. */
import type { SourceText } from './base/text.ts';
import { fileDigests } from './compile/file-digests.ts';
import { openLocks } from './compile/locks.ts';
import type { Compiled, CompileOptions, CompileResult } from './compile/options.ts';
import { linkIr, linkManifests, reading, type Stage } from './compile/scenario.ts';
import { timer } from './compile/timer.ts';
import { createSink, sortDiagnostics } from './diagnostics/sink.ts';
import type { Governed } from './ir/governed.ts';
import type { Linked } from './ir/linked.ts';
import { type ProgramFile, programFiles } from './language/program/program-files.ts';
import type { SourceNames } from './language/source-names.ts';
import { createDocumentStore, type DocumentStore } from './phases/2-resolve/document-store.ts';
import { type GovernContext, govern } from './phases/5-govern/index.ts';
import { checkPrograms } from './phases/5-govern/lock/frozen.ts';
import type { KeyContext } from './phases/5-govern/lock/keys.ts';
import { checkTravels } from './phases/5-govern/travels.ts';
import { makePlan } from './phases/6-plan/index.ts';
import { emitCompiled } from './phases/7-emit/emitters.ts';
import type { PolicyLimits } from './ports/policy-client.ts';
import { inSpan, noSpan, type Span } from './ports/tracer.ts';

export type { Compiled, CompileOptions, CompileResult, PhaseName } from './compile/options.ts';

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

const keyContext = ({ baseDir, loader }: CompileOptions): KeyContext => ({
  baseDir,
  digestOfFile: fileDigests(loader),
});

/** What many compiles with the same `baseDir` may share: each manifest is read, decoded and checked once. */
export const createDocuments = (options: Pick<CompileOptions, 'baseDir' | 'loader'>): DocumentStore =>
  createDocumentStore({ ...reading(options.loader), baseDir: options.baseDir });
