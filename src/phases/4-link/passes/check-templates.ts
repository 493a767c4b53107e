import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Instance } from '../instance.ts';

/** Components made from templates come to be at run time, when nobody asks policies any more. O(templates). */
export function checkTemplates(instances: readonly Instance[], sink: Sink): void {
  for (const { manifest, node } of instances) {
    for (const { template, nodes } of node.templates) {
      const decl = manifest.childTemplates.find((t) => t.name === template);
      for (const { manifest: made } of nodes) {
        if (!decl || made.policies.length === 0) continue;
        const related = made.policies
          .slice(0, 1)
          .map((p) => ({ message: 'policies listed here', at: at(made.file, p.range) }));
        const place = { at: at(manifest.file, decl.nameRange), label: 'made from such a manifest', related };
        sink.report(D.templatePolicies({ template }, place));
      }
    }
  }
}
