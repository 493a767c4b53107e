import { at, emptyRange, type Location } from '../../../base/span.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import { literalReferences } from '../../../language/config/literal-references.ts';
import { referenceFault } from '../../../language/secrets/check-reference.ts';
import { describe, type Instance } from '../instance.ts';
import { secretDiagnostic } from '../secret-diagnostic.ts';

/**
 * References that came about when config was put together: what manifests write was looked at before. Once for each text.
 * O(components × config).
 */
export function checkSecretReferences(instances: readonly Instance[], vaults: readonly string[], sink: Sink): void {
  if (sink.hasErrors) return;
  const told = new Set<string>();
  for (const instance of instances) {
    for (const { text } of literalReferences(instance.space.value)) {
      const fault = referenceFault(text, vaults);
      if (!fault || told.has(text)) continue;
      told.add(text);
      const by = `config of ${describe(instance)}`;
      sink.report(secretDiagnostic(fault, { value: placeOf(instance), key: undefined, by }, vaults));
    }
  }
}

const placeOf = ({ node: { decl, parent }, manifest }: Instance): Location =>
  decl && parent
    ? at(parent.loaded.manifest.file, decl.configKeyRange ?? decl.nameRange)
    : at(manifest.file, emptyRange);
