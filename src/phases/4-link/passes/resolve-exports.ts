import { at } from '../../../base/span.ts';
import { suggest } from '../../../base/suggest.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import { guessText } from '../../../diagnostics/fixes.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { ExportDecl } from '../../../ir/manifest.ts';
import { describe, type Instance, type SlotNode, type Terminal, terminal } from '../instance.ts';

/** Follows every export to a provide or a slot. Children come before parents, so each step is one look-up. O(exports). */
export function resolveExports(instances: readonly Instance[], sink: Sink): void {
  for (let i = instances.length - 1; i >= 0; i--) {
    const instance = instances[i] as Instance;
    for (const decl of instance.manifest.exports) instance.exports.set(decl.name, follow(instance, decl, sink));
  }
}

function follow(instance: Instance, decl: ExportDecl, sink: Sink): Terminal | SlotNode | null {
  const target = decl.target;
  if (target.kind === 'provide') return terminal(instance, 'provide', target.name);
  if (target.kind === 'slot') return instance.slots.get(target.name) ?? null;
  const child = instance.child.get(target.child);
  if (!child) return null;
  const found = child.exports.get(target.export);
  if (found === undefined) {
    const meant = nearestExport(child, target.export);
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
          help: exportsHelp(child, target.export),
          fixes: guessText(place, meant && `#${target.child}.${meant}`),
        },
      ),
    );
  }
  return found ?? null;
}

export const nearestExport = (child: Instance, wanted: string): string | undefined =>
  suggest(
    wanted,
    child.manifest.exports.map((e) => e.name),
  );

export function exportsHelp(child: Instance, wanted: string): string {
  const names = child.manifest.exports.map((e) => e.name);
  const near = nearestExport(child, wanted);
  if (near !== undefined) return `did you mean \`${near}\`?`;
  if (names.length === 0) return `${describe(child)} exports nothing; add \`exports\` to its manifest`;
  return `it exports ${names.map((n) => `\`${n}\``).join(', ')}`;
}

/** "component declared here", in the manifest of its parent. */
export const declaredHere = (instance: Instance): { message: string; at: ReturnType<typeof at> }[] => {
  const decl = instance.node.decl;
  const parent = instance.parent;
  if (!decl || !parent || parent.manifest.file === '') return [];
  return [{ message: `${describe(instance)} is declared here`, at: at(parent.manifest.file, decl.nameRange) }];
};
