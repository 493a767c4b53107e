import { suggest } from '../../../../base/suggest.ts';
import type { Manifest } from '../../../../ir/manifest.ts';
import type { SyntaxNode } from '../../../../ir/syntax.ts';
import { conditionsOf, mountedPath, templatesOf } from './templates.ts';

/** Which config paths a manifest refers to. Reference to a path uses everything below it, never what is above. */
export interface ConfigUses {
  readonly covers: (path: string) => boolean;
}

/** `leaves` are those of its schema: a path that none of them explains counts as the one that was probably meant. */
export function configUses(manifest: Manifest, leaves: readonly string[]): ConfigUses {
  const used = new Set<string>();
  programPaths(manifest, used);
  for (const decls of [manifest.components, manifest.use, manifest.childTemplates])
    for (const { config } of decls) if (config) nodePaths(config, used);
  for (const { params } of manifest.resources) {
    for (const text of [params.size, params.retention, params.sharing]) if (text) textPaths(text.value, used);
  }
  if (used.size > 0) for (const path of misspelt(used, leaves)) used.add(suggest(path, leaves) ?? path);
  return { covers: (path) => used.has('') || prefixes(path).some((prefix) => used.has(prefix)) };
}

/** A misspelt reference is an error of its own; that nothing else uses the leaf only follows from it. */
function misspelt(used: ReadonlySet<string>, leaves: readonly string[]): readonly string[] {
  if (leaves.length > mostCompared) return [];
  const ends = new Set(leaves);
  const known = new Set(leaves.flatMap(prefixes));
  const isKnown = (path: string): boolean =>
    path === '' || known.has(path) || prefixes(path).some((prefix) => ends.has(prefix));
  return [...used].filter((path) => !isKnown(path));
}

/** A manifest may declare thousands of fields, and misspell as many. */
const mostCompared = 100;

function programPaths({ program }: Manifest, used: Set<string>): void {
  if (!program) return;
  for (const { pieces } of templatesOf(program)) {
    for (const piece of pieces) if (piece.kind === 'config') used.add(piece.path);
  }
  for (const condition of conditionsOf(program)) if (condition.kind === 'config') used.add(condition.path);
  for (const { from } of program.mounts) {
    const path = mountedPath(from, 'config');
    if (path !== undefined) used.add(path);
  }
}

/** Strings of a free-form value, `$${config.x}` included, and `{ $symbolic_config: "x" }`. */
function nodePaths(root: SyntaxNode, used: Set<string>): void {
  const pending = [root];
  for (let node = pending.pop(); node; node = pending.pop()) {
    if (node.kind === 'string') textPaths(node.value, used);
    else if (node.kind === 'array') for (const item of node.items) pending.push(item);
    else if (node.kind === 'object') {
      for (const { key, value } of node.entries) {
        if (key === '$symbolic_config' && value.kind === 'string') used.add(value.value);
        pending.push(value);
      }
    }
  }
}

/** References in a text that is not parsed yet; a broken one is the linker's business. */
function textPaths(text: string, used: Set<string>): void {
  for (const [, path] of text.matchAll(/\$\{config(?:\.([^}]*))?\}/g)) used.add(path ?? '');
}

/** `a.b.c` → `a`, `a.b`, `a.b.c`. */
function prefixes(path: string): string[] {
  const found: string[] = [];
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) found.push(path.slice(0, dot));
  found.push(path);
  return found;
}
