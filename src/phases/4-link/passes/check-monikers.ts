import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Instance } from '../instance.ts';

/**
 * Everything behind this phase names components by moniker. Names may be empty and may hold slashes, so that two components can
 * come out alike; only then is there anything to compare. O(components).
 */
export function checkMonikers(instances: readonly Instance[], sink: Sink): void {
  if (!instances.some(({ parent, node }) => parent !== null && (node.name === '' || node.name.includes('/')))) return;
  const seen = new Map<string, Instance>();
  for (const instance of instances) {
    const other = seen.get(instance.moniker);
    if (!other) seen.set(instance.moniker, instance);
    else if (instance.node.decl && instance.parent) {
      const first = other.node.decl && other.parent;
      const related = first
        ? [{ message: 'the other one', at: at(first.manifest.file, (other.node.decl ?? instance.node.decl).nameRange) }]
        : [];
      const place = {
        at: at(instance.parent.manifest.file, instance.node.decl.nameRange),
        label: 'rename this one',
        related,
      };
      sink.report(D.ambiguousMoniker({ moniker: instance.moniker }, place));
    }
  }
}
