import { createMemoryLoader, type MemoryLoaderOptions } from '../../../../src/adapters/loaders/memory-loader.ts';
import type { SourceText } from '../../../../src/base/text.ts';
import type { Diagnostic } from '../../../../src/diagnostics/diagnostic.ts';
import { createSink, sortDiagnostics } from '../../../../src/diagnostics/sink.ts';
import type { ManifestTree, TreeNode } from '../../../../src/ir/tree.ts';
import { createParser, prepareText } from '../../../../src/phases/1-parse/index.ts';
import { type ResolveContext, resolveTree } from '../../../../src/phases/2-resolve/index.ts';
import type { Loader } from '../../../../src/ports/loader.ts';

export const base = 'file:///s/';

export interface Resolved {
  readonly tree: ManifestTree | undefined;
  /** As the compiler orders them. */
  readonly diagnostics: readonly Diagnostic[];
  /** `file:line:column code` of each, columns from 1. */
  readonly places: readonly string[];
  readonly sources: ReadonlyMap<string, SourceText>;
  /** How many were reported, before repeats are dropped. */
  readonly reported: number;
}

export type Files = Readonly<Record<string, string | Uint8Array | object>>;

export interface Options extends MemoryLoaderOptions, Partial<Pick<ResolveContext, 'check' | 'limits'>> {
  readonly input?: string;
  readonly loader?: Loader;
}

/** Names are relative to the scenario's folder, or URLs; objects are written as JSON with `manifest_version` added. */
export function memory(files: Files, options: MemoryLoaderOptions = {}): Loader {
  const texts = Object.entries(files).map(([name, content]): [string, string | Uint8Array] => [
    new URL(name, base).href,
    typeof content === 'string' || content instanceof Uint8Array
      ? content
      : JSON.stringify({ manifest_version: '0.4.0', ...content }, null, 1),
  ]);
  return createMemoryLoader(new Map(texts), options);
}

export async function resolve(files: Files, options: Options = {}): Promise<Resolved> {
  const sink = createSink();
  const sources = new Map<string, SourceText>();
  const tree = await resolveTree(
    { url: new URL(options.input ?? 'scenario.yaml', base).href, baseDir: base },
    {
      loader: options.loader ?? memory(files, options),
      parser: createParser(),
      prepare: prepareText,
      check: options.check ?? (() => {}),
      sink,
      sources,
      ...(options.limits ? { limits: options.limits } : {}),
    },
  );
  const diagnostics = sortDiagnostics(sink.diagnostics);
  return {
    reported: sink.diagnostics.length,
    tree,
    diagnostics,
    places: diagnostics.map((d) => `${placeOf(d, sources)} ${d.code}`),
    sources,
  };
}

function placeOf({ at }: Diagnostic, sources: ReadonlyMap<string, SourceText>): string {
  if (!at) return '-';
  const before = (sources.get(at.file)?.text ?? '').slice(0, at.range.start).split('\n');
  return `${at.file}:${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

/** The text that a diagnostic marks. */
export const marked = (resolved: Resolved, d: Diagnostic | undefined): string | undefined =>
  d?.at && resolved.sources.get(d.at.file)?.text.slice(d.at.range.start, d.at.range.end);

/** One line an instance: path, `!` before policies, and the file. Iterative, for deep trees. */
export function dump(tree: ManifestTree | undefined): readonly string[] {
  const lines: string[] = [];
  const stack: { node: TreeNode; path: string }[] = tree ? [{ node: tree.root, path: '' }] : [];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const { node, path } = next;
    const templates = node.templates.map((t) => ` ${t.template}=[${t.nodes.map((n) => n.display).join(' ')}]`);
    lines.push(`${path || '/'} ${node.loaded.display}${templates.join('')}`);
    for (const child of [...node.use].reverse()) stack.push({ node: child, path: `${path}/!${child.name}` });
    for (const child of [...node.children].reverse()) stack.push({ node: child, path: `${path}/${child.name}` });
  }
  return lines;
}
