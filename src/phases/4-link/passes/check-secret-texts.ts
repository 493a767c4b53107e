import { at, type Location } from '../../../base/span.ts';
import { positionAt, type Sources } from '../../../base/text.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { Manifest, Template } from '../../../ir/manifest.ts';
import type { ObjectNode } from '../../../ir/syntax.ts';
import type { ManifestTree } from '../../../ir/tree.ts';
import { acceptedLines } from '../../../language/secrets/accepted.ts';
import { configFaults, type FoundFault, textFault } from '../../../language/secrets/check-config.ts';
import { isReference } from '../../../language/secrets/reference.ts';
import { defaultsIn } from '../../../language/secrets/schema-defaults.ts';
import { follow } from '../../../language/syntax/pointer.ts';
import { objectToJson } from '../../../language/syntax/to-json.ts';
import { secretDiagnostic } from '../secret-diagnostic.ts';

/**
 * References to secrets in the config that manifests write, and secrets that they write out: each at the text itself. What a manifest
 * says is the same for all its components, so each is looked at once. O(manifests).
 */
export function checkSecretTexts({ documents, sources }: ManifestTree, vaults: readonly string[], sink: Sink): void {
  const strict = vaults.length > 0;
  for (const manifest of new Set(documents.map(({ loaded }) => loaded.manifest))) {
    const tell = teller(manifest, sources, vaults, sink);
    const { components, use, childTemplates, configSchema } = manifest;
    for (const { config } of [...components, ...use, ...childTemplates])
      if (config) tell(config, configFaults(objectToJson(config), { vaults, strict }));
    if (configSchema) tell(configSchema, defaultsIn(objectToJson(configSchema), { vaults, strict }));
    checkProgram(manifest, { vaults, strict }, tell);
  }
}

interface Tell {
  (node: ObjectNode, faults: readonly FoundFault[]): void;
  readonly text: (template: Template, key: Location['range'] | undefined, fault: FoundFault['fault']) => void;
}

function teller({ file }: Manifest, sources: Sources, vaults: readonly string[], sink: Sink): Tell {
  const source = sources.get(file);
  let lines: ReadonlySet<number> | undefined;
  const accepted = (value: Location, fault: FoundFault['fault']): boolean => {
    if (fault.kind !== 'inline' || !source) return false;
    lines ??= acceptedLines(source);
    return lines.has(positionAt(source, value.range.start).line);
  };
  const one = (value: Location, key: Location['range'] | undefined, fault: FoundFault['fault']): void => {
    if (!accepted(value, fault)) sink.report(secretDiagnostic(fault, { value, key }, vaults));
  };
  const tell = (node: ObjectNode, faults: readonly FoundFault[]): void => {
    for (const { pointer, fault } of faults) {
      const found = follow(node, pointer);
      one(at(file, found.node.range), found.keyRange, fault);
    }
  };
  return Object.assign(tell, {
    text: (template: Template, key: Location['range'] | undefined, fault: FoundFault['fault']): void =>
      one(at(file, template.range), key, fault),
  });
}

const notHere =
  'a program takes secrets from its config; give the reference to the component in `config`, and write `${config.…}` here';

/** What is written into the program itself stays as it is written. */
function checkProgram({ program }: Manifest, judging: Parameters<typeof configFaults>[1], tell: Tell): void {
  if (!program || program.kind === 'vm') return;
  for (const { name, nameRange, value } of program.env) {
    const fault = isReference(value.source)
      ? ({ kind: 'invalid', reason: notHere } as const)
      : textFault(name, value.source, judging);
    if (fault) tell.text(value, nameRange, fault);
  }
  for (const { values } of program.command)
    for (const value of values)
      if (isReference(value.source)) tell.text(value, undefined, { kind: 'invalid', reason: notHere });
}
