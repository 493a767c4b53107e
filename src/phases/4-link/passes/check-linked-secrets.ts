import type { Sink } from '../../../diagnostics/sink.ts';
import type { Linked } from '../../../ir/linked.ts';
import { type GivenConfig, givenFaults } from '../../../language/config/given.ts';
import { literalReferences } from '../../../language/config/literal-references.ts';
import { referenceFault } from '../../../language/secrets/check-reference.ts';
import { secretDiagnostic } from '../secret-diagnostic.ts';

/**
 * Of a scenario that was linked before: references in the config of its components, and in the root config that is given. Secrets that
 * are written out were judged, or not, when it was made. O(components × config).
 */
export function checkLinkedSecrets(linked: Linked, given: GivenConfig, vaults: readonly string[], sink: Sink): void {
  const { graph, origins, spaces, rootSchema } = linked;
  const told = new Set<string>();
  for (const { id, moniker } of graph.components) {
    for (const { text } of literalReferences(spaces[id]?.value ?? { kind: 'literal', value: null })) {
      const fault = told.has(text) ? undefined : referenceFault(text, vaults);
      told.add(text);
      const by = `config of component \`${moniker}\``;
      const place = { value: origins.components[id]?.at, key: undefined, by, around: true } as const;
      if (fault) sink.report(secretDiagnostic(fault, place, vaults));
    }
  }
  const root = origins.components[0]?.at;
  for (const found of givenFaults(rootSchema, given, vaults)) {
    const by = found.from === 'variable' ? `variable \`${found.name}\`` : `root config \`${found.pointer.join('.')}\``;
    sink.report(secretDiagnostic(found.fault, { value: root, key: undefined, by }, vaults));
  }
}
