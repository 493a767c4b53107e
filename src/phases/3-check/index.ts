/**
 * Phase 3, one manifest: everything that can be said of a manifest without looking at another one.
 *
 * In: a manifest whose shape phase 1 accepted, or what is left of one with faults. Out: diagnostics in the sink; the manifest
 * itself is not changed.
 * Every rule looks at every place, so all problems of a manifest are reported at once; no rule reads what another one
 * reported, and what would merely follow from another rule's problem is left out by the rule itself. O(size of manifest).
 */
import { at } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { Manifest } from '../../ir/manifest.ts';
import { indexOf } from '../../language/manifest-index.ts';
import type { RuleContext } from './rule.ts';
import { rules } from './rules.ts';

const maxProposals = 100;

export function checkManifest(manifest: Manifest, sink: Sink): void {
  let proposals = 0;
  const ctx: RuleContext = {
    index: indexOf(manifest),
    report: sink.report,
    near: (name, candidates) => (proposals++ < maxProposals ? suggest(name, candidates) : undefined),
    at: (range) => at(manifest.file, range),
  };
  const { damaged } = manifest;
  for (const rule of rules) if (!damaged || !rule.needs?.some((name) => damaged.has(name))) rule.check(manifest, ctx);
}
