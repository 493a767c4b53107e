/**
 * The table of contents: phases 1 to 4 (compile/scenario.ts), and the way to 5 to 7 (compile/govern-and-plan.ts). No IO but through the
 * ports; no clock but the one that is passed in. What a check does not need is loaded when it is needed.
 */
import type { SourceText } from './base/text.ts';
import type { Delegations } from './compile/delegation.ts';
import { openLocks } from './compile/locks.ts';
import type { CompileOptions, CompileResult } from './compile/options.ts';
import { linkIr, linkManifests, reading } from './compile/scenario.ts';
import { timer } from './compile/timer.ts';
import { createSink, type Sink, sortDiagnostics } from './diagnostics/sink.ts';
import { createDocumentStore, type DocumentStore } from './phases/2-resolve/document-store.ts';
import type { Recall } from './phases/2-resolve/store-context.ts';
import { inSpan, noSpan, type Span } from './ports/tracer.ts';

export type { Compiled, CompileOptions, CompileResult, PhaseName } from './compile/options.ts';

/** Compiles one scenario. Never throws for anything that an author, the outside world or a policy does. */
export async function compile(options: CompileOptions): Promise<CompileResult> {
  refuseBaseDir(options.baseDir);
  return inSpan(options.spans ?? noSpan, 'compile', async (span) => {
    const result = await compileIn(options, span);
    const errors = result.diagnostics.filter(({ severity }) => severity === 'error').length;
    const digest = result.compiled ? { 'headgate.plan.digest': result.compiled.plan.planDigest } : {};
    span.end({ 'headgate.errors': errors, ...digest }, errors > 0 ? 'errors' : undefined);
    return result;
  });
}

/** Without the slash every name would be one of another folder. */
function refuseBaseDir(baseDir: string): void {
  if (URL.canParse(baseDir) && baseDir.endsWith('/')) return;
  throw new RangeError(
    `baseDir: \`${baseDir}\` is not the URL of a folder, which ends with \`/\`; of a path it is \`pathToFileURL(path + '/').href\``,
  );
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
  const delegations = await delegationsOf(options, sink, sources);
  if (!scenario) return done();
  const { linked, linted, names, folder, from } = scenario;
  if (linked) options.onLinked?.(linked);
  const asks = options.policyClient !== undefined || locks.frozen !== undefined;
  if (!linked || !(options.bundle || asks)) return done(linted);
  // A check that asks nobody loads none of it.
  const { governAndPlan } = await import('./compile/govern-and-plan.ts');
  const compiled = await governAndPlan({ linked, names: names(), from, folder, delegations }, options, stage);
  return compiled ? { ...done(linted), compiled } : done(linted);
}

/** Most scenarios have none, and load none of it. */
async function delegationsOf(
  { runtime }: CompileOptions,
  sink: Sink,
  sources: Map<string, SourceText>,
): Promise<Delegations | undefined> {
  if (!runtime?.delegation) return undefined;
  const { readDelegations } = await import('./compile/delegation.ts');
  return readDelegations(runtime.delegation, sink, sources);
}

/** What many compiles with the same `baseDir` may share: each manifest is read, decoded and checked once. */
export const createDocuments = ({
  baseDir,
  loader,
  recall,
}: Pick<CompileOptions, 'baseDir' | 'loader'> & { readonly recall?: Recall | undefined }): DocumentStore =>
  createDocumentStore({ ...reading(loader), baseDir, recall });
