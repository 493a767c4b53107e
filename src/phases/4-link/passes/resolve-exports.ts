import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { ExportDecl } from '../../../ir/manifest.ts';
import { describe, type Instance, type SlotNode, type Terminal, terminal } from '../instance.ts';
import { listNames, type Nearest } from '../names.ts';

/** Follows every export to a provide or a slot. Children come before parents, so each step is one look-up. O(exports). */
export function resolveExports(instances: readonly Instance[], near: Nearest, sink: Sink): void {
  for (let i = instances.length - 1; i >= 0; i--) {
    const instance = instances[i] as Instance;
    const { exports } = instance.manifest;
    if (exports.length === 0) continue;
    const found = new Map<string, Terminal | SlotNode | null>();
    for (const decl of exports) found.set(decl.name, follow(instance, decl, near, sink));
    instance.exports = found;
  }
}

function follow(instance: Instance, decl: ExportDecl, near: Nearest, sink: Sink): Terminal | SlotNode | null {
  const target = decl.target;
  if (target.kind === 'provide') return terminal(instance, 'provide', target.name);
  if (target.kind === 'slot') return instance.slots.get(target.name) ?? null;
  const child = instance.child.get(target.child);
  if (!child) return null;
  const found = child.exports.get(target.export);
  if (found === undefined) {
    const meant = near(target.export, child.exports);
    const place = at(instance.manifest.file, decl.range);
    sink.report(
      D.invalidExport(
        {
          component: describe(instance),
          name: decl.name,
          reason: `${describe(child)} does not export \`${target.export}\``,
        },
        {
          at: place,
          label: 'export declared here',
          related: declaredHere(child),
          help: exportsHelp(child, meant),
          fixes: guessText(place, meant && `#${target.child}.${meant}`),
        },
      ),
    );
  }
  return found ?? null;
}

export function exportsHelp(child: Instance, near: string | undefined): string {
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (child.exports.size === 0) return `${describe(child)} exports nothing; add \`exports\` to its manifest`;
  return `it exports ${listNames(child.exports)}`;
}

/** "component declared here", in the manifest of its parent. */
export const declaredHere = (instance: Instance): { message: string; at: ReturnType<typeof at> }[] => {
  const decl = instance.node.decl;
  const parent = instance.parent;
  if (!decl || !parent || parent.manifest.file === '') return [];
  return [{ message: `${describe(instance)} is declared here`, at: at(parent.manifest.file, decl.nameRange) }];
};
