/** The table of contents: the seven phases, in order. No IO but through the ports; no clock but the one that is passed in. */
import type { JsonObject } from './base/json.ts';
import type { Sources, SourceText } from './base/text.ts';
import type { Diagnostic } from './diagnostics/diagnostic.ts';
import { createSink, type Sink, sortDiagnostics } from './diagnostics/sink.ts';
import type { Governed } from './ir/governed.ts';
import type { DeploymentPlan } from './ir/plan-schema.ts';
import type { ManifestTree } from './ir/tree.ts';
import { createParser, prepareParser } from './phases/1-parse/index.ts';
import { createDocumentStore, type DocumentStore } from './phases/2-resolve/document-store.ts';
import { resolveTree } from './phases/2-resolve/index.ts';
import { checkManifest } from './phases/3-check/index.ts';
import { link } from './phases/4-link/index.ts';
import { govern } from './phases/5-govern/index.ts';
import { makePlan } from './phases/6-plan/index.ts';
import { emitters } from './phases/7-emit/emitters.ts';
import type { Loader } from './ports/loader.ts';
import type { PolicyClient, PolicyLimits } from './ports/policy-client.ts';

export interface CompileOptions {
  /** Absolute URL of the root manifest (`file:`, `http:`, `https:`). */
  readonly input: string;
  /** URL of the folder that display names are relative to; ends with `/`. */
  readonly baseDir: string;
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
  /** Told the milliseconds of each phase when `now` is given; steps inside `govern` are not counted twice. */
  readonly onPhase?: (name: PhaseName, ms: number) => void;
  readonly now?: () => number;
}

export type PhaseName = 'resolve' | 'link' | 'ask' | 'validate' | 'rewrite' | 'govern' | 'plan';

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
  /** The files of one target, by relative path; kinds are the keys of `emitters`. */
  readonly emit: (kind: string) => ReadonlyMap<string, string>;
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
export async function compile(options: CompileOptions): Promise<CompileResult> {
  const sink = createSink();
  const sources = new Map<string, SourceText>();
  const time = timer(options);

  const tree = await time('resolve', () => readTree(options, sink, sources));
  if (!tree || sink.hasErrors) return { diagnostics: sortDiagnostics(sink.diagnostics), sources, linted: new Set() };

  const linked = await time('link', () => link(tree, sink));
  const linted = new Set(linked ? manifestsOf(tree) : []);
  const client = options.policyClient;
  if (!linked || !client) return { diagnostics: sortDiagnostics(sink.diagnostics), sources, linted };

  const governed = await time('govern', () =>
    govern(linked, {
      client,
      time,
      rootConfig: {
        env: options.rootConfig?.env ?? {},
        ...(options.rootConfig?.file ? { file: options.rootConfig.file } : {}),
      },
      running: options.running ?? {},
      limits: { ...defaultLimits, ...options.limits },
      sink,
    }),
  );
  const diagnostics = sortDiagnostics(sink.diagnostics);
  if (!governed) return { diagnostics, sources, linted };

  const { plan, text } = await time('plan', () => makePlan(governed, tree));
  const emit = (kind: string): ReadonlyMap<string, string> =>
    emitters[kind]?.emit({ plan, planText: text, governed, tree }) ?? new Map<string, string>();
  return { diagnostics, sources, linted, compiled: { plan, planText: text, governed, emit } };
}

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

type Timer = <T>(name: PhaseName, run: () => T | Promise<T>) => Promise<T>;

/** Times phases; what runs inside another phase is not counted twice. */
function timer(options: CompileOptions): Timer {
  const now = options.now ?? ((): number => 0);
  let inner = 0;
  return async (name, run) => {
    const start = now();
    const before = inner;
    const result = await run();
    const whole = now() - start;
    options.onPhase?.(name, whole - (inner - before));
    inner = before + whole;
    return result;
  };
}
