import { at, type Location } from '../../../base/span.ts';
import { positionAt } from '../../../base/text.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Manifest } from '../../../ir/manifest.ts';
import { type GivenConfig, type GivenFault, givenFaults } from '../../../language/config/given.ts';
import { indexOf } from '../../../language/manifest-index.ts';
import { acceptedLines } from '../../../language/secrets/accepted.ts';
import { follow } from '../../../language/syntax/pointer.ts';
import { secretDiagnostic } from '../secret-diagnostic.ts';

/**
 * References in the root config that is given, and secrets in its file: where the file says it, else where the root manifest declares
 * what was given. O(given).
 */
export function checkGivenConfig(root: Manifest, given: GivenConfig, vaults: readonly string[], sink: Sink): void {
  const { source } = given.written ?? {};
  const lines = source ? acceptedLines(source) : undefined;
  for (const found of givenFaults(indexOf(root).schema, given, vaults)) {
    const place = placeOf(root, given, found);
    const accepted =
      found.fault.kind === 'inline' && source && lines?.has(positionAt(source, place.value.range.start).line);
    if (!accepted) sink.report(secretDiagnostic(found.fault, place, vaults));
  }
}

function placeOf(
  root: Manifest,
  { written }: GivenConfig,
  found: GivenFault,
): { readonly value: Location; readonly key: Location['range'] | undefined; readonly by?: string } {
  if (found.from === 'variable')
    return { value: declared(root, found.leaf.pointer), key: undefined, by: `variable \`${found.name}\`` };
  if (written) {
    const { node, keyRange } = follow(written.root, found.pointer);
    return { value: at(written.source.file, node.range), key: keyRange };
  }
  const path = found.pointer.join('.');
  const pointer = found.pointer.flatMap((step) => ['properties', step]);
  return { value: declared(root, pointer), key: undefined, by: `root config \`${path}\`` };
}

/** In the schema of the root manifest, as near as it says something of it. */
function declared({ file, range, configSchema }: Manifest, pointer: readonly (string | number)[]): Location {
  if (!configSchema) return at(file, { start: range.start, end: range.start });
  const { node, keyRange } = follow(configSchema, pointer);
  return at(file, keyRange ?? node.range);
}
