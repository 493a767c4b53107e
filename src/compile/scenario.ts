/** Phases 1 to 4: from the root manifest, or from a scenario IR, to what is linked. */
import type { Sources, SourceText } from '../base/text.ts';
import type { Sink } from '../diagnostics/sink.ts';
import type { Linked } from '../ir/linked.ts';
import type { ManifestTree } from '../ir/tree.ts';
import { pathOfEnvName } from '../language/config/env-names.ts';
import type { GivenConfig } from '../language/config/given.ts';
import { tasksIn } from '../language/settings/tasks.ts';
import { nameSources, type SourceNames } from '../language/source-names.ts';
import { createParser, prepareText } from '../phases/1-parse/index.ts';
import { resolveTree } from '../phases/2-resolve/index.ts';
import { createLockedLoader } from '../phases/2-resolve/locked-loader.ts';
import type { StoreContext } from '../phases/2-resolve/store-context.ts';
import { checkManifest } from '../phases/3-check/index.ts';
import { link } from '../phases/4-link/index.ts';
import type { SecretChecks } from '../phases/4-link/secret-checks.ts';
import type { CompileInput } from '../phases/7-emit/emitter.ts';
import type { Loader } from '../ports/loader.ts';
import type { CompileOptions } from './options.ts';
import type { Stage } from './stage.ts';

export interface Scenario {
  /** Undefined after an error. */
  readonly linked: Linked | undefined;
  readonly linted: ReadonlySet<string>;
  /** Worked out where a plan is made. */
  readonly names: () => SourceNames;
  readonly folder: string;
  readonly from: CompileInput['from'];
}

/** By name. */
export type Texts = Map<string, SourceText>;

/** Phases 1 to 4. */
export async function linkManifests(
  options: CompileOptions,
  stage: Stage,
  sources: Texts,
): Promise<Scenario | undefined> {
  const { locks, sink, time } = stage;
  const loader = locks.frozen ? createLockedLoader(options.loader, locks.frozen) : options.loader;
  const { documents, ...alone } = options;
  // Documents that were read before came from elsewhere.
  const reader = documents && !locks.frozen ? { ...alone, loader, documents } : { ...alone, loader };
  const tree = await time('resolve', () => readTree(reader, sink, sources));
  if (!tree || sink.hasErrors) return undefined;
  const tasks = tasksIn(options.runtime?.components ?? {});
  const secretChecks = await secretChecksFor(tree, options);
  const linked = await time('link', () => link(tree, sink, { ...options, tasks, secretChecks }));
  showGiven(options.rootConfig ?? {}, sink, sources);
  if (linked && ((options.policySettings ?? []).length > 0 || locks.pins)) {
    const { checkSaid } = await import('./govern-and-plan.ts');
    checkSaid(linked, tree, options, stage);
  }
  const linted = new Set(linked ? manifestsOf(tree) : []);
  return { linked, linted, names: () => nameSources(tree), folder: options.baseDir, from: { kind: 'manifests', tree } };
}

/** A scenario IR is what phase 4 gave, and phase 5 made of it. */
export async function linkIr(options: CompileOptions, stage: Stage, sources: Texts): Promise<Scenario | undefined> {
  const { loadScenarioIr } = await import('../phases/2-resolve/scenario-ir.ts');
  const ir = await stage.time('resolve', () => loadScenarioIr(options, stage.sink, sources));
  if (!ir) return undefined;
  if (ir.linked) {
    const { checkLinkedSecrets } = await import('../phases/4-link/passes/check-linked-secrets.ts');
    checkLinkedSecrets(ir.linked, options.rootConfig ?? {}, vaultNames(options), stage.sink);
  }
  const linked = stage.sink.hasErrors ? undefined : ir.linked;
  return { ...ir, linked, linted: new Set(), from: { kind: 'ir', catalog: ir.catalog } };
}

const vaultNames = ({ runtime }: CompileOptions): readonly string[] => Object.keys(runtime?.vaults ?? {});

/** Most scenarios have nothing to do with it, and load none of it. */
async function secretChecksFor(tree: ManifestTree, options: CompileOptions): Promise<SecretChecks | undefined> {
  const { rootConfig: given = {} } = options;
  const vaults = vaultNames(options);
  const variables = Object.entries(given.env ?? {}).flatMap(([name, text = '']) =>
    pathOfEnvName(name) === undefined ? [] : [text],
  );
  const texts = [...[...tree.sources.values()].map(({ text }) => text), ...variables, JSON.stringify(given.file ?? {})];
  // What is escaped may be anything.
  if (vaults.length === 0 && !texts.some((text) => /secret:|\\/.test(text))) return undefined;
  return (await import('../phases/4-link/secret-checks.ts')).createSecretChecks(vaults, given);
}

/** The file of the root config, where something has to be said of it. */
function showGiven({ written }: GivenConfig, sink: Sink, sources: Texts): void {
  const source = written?.source;
  if (source && sink.diagnostics.some(({ at }) => at?.file === source.file)) sources.set(source.file, source);
}

/** How manifests are read, decoded and checked. */
export const reading = (loader: Loader): Omit<StoreContext, 'baseDir'> => ({
  loader,
  parser: createParser(),
  prepare: prepareText,
  check: checkManifest,
});

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
