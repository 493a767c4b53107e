import { suggest } from '../../../../base/suggest.ts';
import type { Manifest, Program } from '../../../../ir/manifest.ts';
import { conditionsOf, mountedPath, templatesOf } from './templates.ts';

/** Own slots that something in this manifest takes from. `${slots}` takes from all of them. */
export function usedSlots(manifest: Manifest): ReadonlySet<string> {
  const used = new Set<string>(selected(manifest, 'slots'));
  for (const { source } of manifest.bindings) if (source.kind === 'slot') used.add(source.name);
  for (const { target } of manifest.exports) if (target.kind === 'slot') used.add(target.name);
  if (!manifest.program) return used;
  const paths = slotPaths(manifest.program);
  const declared = new Set(manifest.slots.map((slot) => slot.name));
  if (paths.includes('')) return declared;
  for (const name of new Set(paths.map(firstSegment))) used.add(declared.has(name) ? name : meant(name, declared));
  return used;
}

/** A misspelt reference is an error of its own; that nothing else uses the slot only follows from it. */
function meant(name: string, declared: ReadonlySet<string>): string {
  return (declared.size > mostCompared ? undefined : suggest(name, declared)) ?? name;
}

/** A manifest may have thousands of slots, and misspell as many. */
const mostCompared = 100;

/** Own provides that something in this manifest takes from. */
export function usedProvides(manifest: Manifest): ReadonlySet<string> {
  const used = new Set<string>(selected(manifest, 'provides'));
  for (const { source } of manifest.bindings) if (source.kind === 'provide') used.add(source.name);
  for (const { target } of manifest.exports) if (target.kind === 'provide') used.add(target.name);
  return used;
}

function slotPaths(program: Program): readonly string[] {
  const pieces = templatesOf(program).flatMap((template) => template.pieces);
  return [
    ...pieces.flatMap((piece) => (piece.kind === 'slots' ? [piece.path] : [])),
    ...conditionsOf(program).flatMap((condition) => (condition.kind === 'slots' ? [condition.path] : [])),
    ...program.mounts.flatMap((mount) => mountedPath(mount.from, 'slots') ?? []),
  ];
}

const selected = (manifest: Manifest, prefix: 'slots' | 'provides'): string[] =>
  manifest.childTemplates.flatMap(({ bindings }) =>
    bindings.flatMap(({ selector }) => (selector.startsWith(`${prefix}.`) ? [selector.slice(prefix.length + 1)] : [])),
  );

/** The slot of `slot.url`: no name has a dot. */
export function firstSegment(path: string): string {
  const dot = path.indexOf('.');
  return dot < 0 ? path : path.slice(0, dot);
}
