import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { ExportDecl } from '../../../ir/manifest.ts';
import { describe, type Instance, type SlotNode, type Terminal } from '../instance.ts';
import { declaredHere } from './resolve-exports.ts';

export interface ResolvedExport {
  readonly decl: ExportDecl;
  readonly provide: Terminal;
}

/** Every export of the root must lead to exactly one provide, through slots if need be. Sorted by name. */
export function scenarioExports(root: Instance, sink: Sink): readonly ResolvedExport[] {
  const out: ResolvedExport[] = [];
  for (const decl of root.manifest.exports) {
    const found = root.exports.get(decl.name) ?? null;
    if (found === null) continue;
    const provide = found.kind === 'slot' ? throughSlot(root, decl, found, sink) : found;
    if (provide) out.push({ decl, provide });
  }
  return out;
}

function throughSlot(root: Instance, decl: ExportDecl, slot: SlotNode, sink: Sink): Terminal | null {
  const place = {
    at: at(root.manifest.file, decl.range),
    label: 'export declared here',
    related: [
      ...declaredHere(slot.instance),
      { message: 'leads to this slot', at: at(slot.instance.manifest.file, slot.decl.nameRange) },
    ],
  };
  const sources = slot.sources.map((route) => route.source);
  if (slot.instance !== root && sources.length === 0) {
    sink.report(
      D.exportUnboundSlot({ name: decl.name, component: describe(slot.instance), slot: slot.decl.name }, place),
    );
    return null;
  }
  const [first] = sources;
  if (sources.length === 1 && first?.kind === 'provide') return first;
  const reason =
    slot.instance === root
      ? `\`${slot.decl.name}\` is a slot of the root, which is filled from outside`
      : sources.length > 1
        ? `${sources.length} sources stand behind slot \`${slot.decl.name}\`, and a scenario export needs exactly one provide`
        : `slot \`${slot.decl.name}\` leads to ${first?.kind === 'external' ? 'a slot of the root' : `a ${first?.kind} capability`}, not to a provide`;
  const args = { component: describe(root), name: decl.name, reason };
  sink.report(D.invalidExport(args, { ...place, help: 'export a provide of a component in the scenario' }));
  return null;
}
