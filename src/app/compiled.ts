/** A scenario compiled for a command that looks at the plan, rather than writing it where it was told. */
import type { Location } from '../base/span.ts';
import { positionAt, type Sources } from '../base/text.ts';
import type { Compiled } from '../compile.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { renderText } from '../diagnostics/render/text.ts';
import { sortDiagnostics } from '../diagnostics/sink.ts';
import type { Governed } from '../ir/governed.ts';
import type { PlaceOf } from '../plan/explain/explain.ts';
import type { Cli } from './cli.ts';
import { checkDenied } from './deny.ts';
import type { SharedFlags } from './flags.ts';
import { findInput, type Input } from './input.ts';
import { judgeReported } from './judge.ts';
import { keyOf } from './plan-places.ts';
import { createRenamer, type Rename } from './rename.ts';
import { compileInput, type Session, type SessionOptions, type Setup, setUp } from './session.ts';
import { createSettingsFiles } from './settings-files.ts';

export interface Prepared {
  readonly input: Input;
  readonly setup: Setup;
  readonly flags: SharedFlags;
}

export interface CompiledInput {
  readonly compiled: Compiled;
  readonly session: Session;
  /** Paths of the settings that were read, from the current folder. */
  readonly settings: readonly string[];
  /** `file:line:column` of what stands in the plan. */
  readonly placeOf: PlaceOf;
}

/** Undefined after telling what is wrong. */
export async function prepareInput(cli: Cli, path: string, flags: SharedFlags): Promise<Prepared | undefined> {
  await checkDenied(flags.deny ?? []);
  const setup = await setUp(cli, flags);
  const input = await findInput(path, cli.cwd);
  if (!('diagnostic' in input) && setup.diagnostics.length === 0) return { input, setup, flags };
  const missing = 'diagnostic' in input ? (input.diagnostics ?? [input.diagnostic]) : [];
  const sources = 'diagnostic' in input ? (input.sources ?? new Map()) : new Map();
  await tell(cli, sortDiagnostics([...missing, ...setup.diagnostics]), new Map([...setup.sources, ...sources]));
  return undefined;
}

/** Warnings are for `check` and `compile`; undefined after telling the errors. */
export async function compilePrepared(
  cli: Cli,
  { input, setup, flags }: Prepared,
  options: Omit<SessionOptions, 'askPolicies'> = {},
): Promise<CompiledInput | undefined> {
  const session = await compileInput(cli, input, setup, { ...options, askPolicies: true });
  const settings = createSettingsFiles(cli.cwd, flags.settings);
  const judged = await judgeReported(session, settings, cli.cwd, { deny: flags.deny ?? [], asked: true });
  const { compiled } = session.result;
  if (judged.diagnostics.some((d) => d.severity === 'error') || !compiled) {
    await tell(cli, judged.diagnostics, judged.sources);
    return undefined;
  }
  const rename = input.rename ?? createRenamer(input.baseDir, cli.cwd);
  const read = [...settings.sources.keys(), ...setup.settings.sources.keys()];
  return { compiled, session, settings: read, placeOf: placesOf(compiled.governed, session.sources, rename) };
}

export const tell = (cli: Cli, diagnostics: readonly Diagnostic[], sources: Sources = new Map()): Promise<void> =>
  cli.err(renderText(diagnostics, sources, { width: cli.width, palette: cli.palette }));

function placesOf({ graph, origins }: Governed, sources: Sources, rename: Rename): PlaceOf {
  const places = new Map<string, Location | undefined>();
  for (const [index, edge] of graph.edges.entries())
    places.set(keyOf({ edge: edge.id, hop: edge.hop }), origins.edges[index]?.at);
  for (const [index, item] of graph.exports.entries())
    places.set(keyOf({ export: item.name }), origins.exports[index]?.at);
  for (const { id, moniker } of graph.components) places.set(keyOf({ component: moniker }), origins.components[id]?.at);
  return (subject) => {
    const at = places.get(keyOf(subject));
    const file = at && rename(at.file);
    const source = file === undefined ? undefined : sources.get(file);
    if (!at || !source) return undefined;
    const { line, character } = positionAt(source, at.range.start);
    return `${file}:${line + 1}:${character + 1}`;
  };
}
