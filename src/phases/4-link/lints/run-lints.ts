import { memoized } from '../../../base/memo.ts';
import { at as locationOf, type Range } from '../../../base/span.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Manifest } from '../../../ir/manifest.ts';
import type { LintContext, LintInput } from './lint.ts';
import { lints } from './lints.ts';
import { configUses } from './support/config-uses.ts';
import { usedProvides, usedSlots } from './support/own-uses.ts';
import { configSchemaFacts } from './support/schema-facts.ts';

export type { LintInput } from './lint.ts';

/**
 * All lints over one instance. O(size of its manifest). `moniker` is for help only: what is reported is the same for every
 * instance of one manifest whose other fields are equal, so the caller runs it once for all of them.
 */
export function runLints(input: LintInput, sink: Sink): void {
  const { usedSlots, usedProvides, configUses, schema, at } = factsOf(input.manifest);
  const context: LintContext = { usedSlots, usedProvides, configUses, schema, at, ...input };
  const report = (diagnostic: Diagnostic): void => sink.report(diagnostic);
  for (const lint of lints) lint.run(context, report);
}

/** What is the same for all instances, and as long as the manifest is kept. */
const factsOf = memoized((manifest: Manifest): Omit<LintContext, keyof LintInput> => {
  const schema = manifest.configSchema && configSchemaFacts(manifest.configSchema);
  return {
    usedSlots: usedSlots(manifest),
    usedProvides: usedProvides(manifest),
    configUses: configUses(manifest, schema?.leaves.map(({ path }) => path) ?? []),
    schema,
    at: (range: Range) => locationOf(manifest.file, range),
  };
});
