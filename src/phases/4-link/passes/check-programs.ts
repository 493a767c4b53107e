import { memoized } from '../../../base/memo.ts';
import { at } from '../../../base/span.ts';
import * as D from '../../../diagnostics/catalogue/link.ts';
import type { Place } from '../../../diagnostics/define.ts';
import type { Diagnostic } from '../../../diagnostics/diagnostic.ts';
import type { Sink } from '../../../diagnostics/sink.ts';
import type { LoweredProgram } from '../../../ir/graph.ts';
import type { Manifest, Program } from '../../../ir/manifest.ts';
import { indexOf } from '../../../language/manifest-index.ts';
import { checkConfigReferences } from '../../../language/program/config-references.ts';
import { lowerProgram } from '../../../language/program/lower.ts';
import { checkSlotReferences, type ProgramProblem } from '../../../language/program/slot-references.ts';
import { describe, type Instance, isPolicy } from '../instance.ts';

/**
 * References of programs to slots and config are facts of a manifest, so they are checked once for it, at its first instance.
 * Endpoints and mounts are decided for every instance, since they may depend on its config. O(components × program).
 */
export function checkPrograms(instances: readonly Instance[], sink: Sink): void {
  const broken = new Map<Manifest, boolean>();
  const lowered = new Map<Manifest, LoweredProgram>();
  const rootSchema = instances[0]?.index.schema ?? null;
  for (const instance of instances) {
    const program = instance.manifest.program;
    if (!program) continue;
    let bad = broken.get(instance.manifest);
    if (bad === undefined) {
      bad = checkReferences(instance, sink);
      broken.set(instance.manifest, bad);
    }
    if (bad || !instance.configOk) continue;
    const known = lowered.get(instance.manifest);
    instance.program = known ?? lower(instance, program, rootSchema, sink);
    if (!known && instance.program && isSameForAll(program)) lowered.set(instance.manifest, instance.program);
  }
}

/** Nothing in the lowered form depends on the instance: endpoints are literal and there are no mounts. */
const isSameForAll = (program: Program): boolean =>
  program.mounts.length === 0 &&
  program.endpoints.every(
    (e) =>
      !e.when &&
      !e.each &&
      typeof e.port === 'number' &&
      [e.name, e.protocol].every((t) => t.pieces.every((p) => p.kind === 'literal')),
  );

const problemsOf = memoized((manifest: Manifest): readonly ProgramProblem[] => {
  const { program } = manifest;
  const { slots, schema } = indexOf(manifest);
  return program ? [...checkSlotReferences(program, slots), ...checkConfigReferences(program, schema)] : [];
});

function checkReferences(instance: Instance, sink: Sink): boolean {
  const found = problemsOf(instance.manifest).map((problem) => diagnosticOf(instance, problem));
  for (const diagnostic of found) sink.report(diagnostic);
  return found.some((diagnostic) => diagnostic.severity === 'error');
}

function lower(
  instance: Instance,
  program: Program,
  rootSchema: Instance['index']['schema'],
  sink: Sink,
): LoweredProgram | null {
  const result = lowerProgram(program, {
    space: instance.space,
    rootSchema,
    slots: instance.index.slots,
    resources: new Set(instance.index.resources.keys()),
    features: new Set(instance.manifest.features.map((f) => f.value)),
    self: instance.id,
  });
  for (const problem of result.problems) sink.report(diagnosticOf(instance, problem, true));
  return result.problems.length > 0 ? null : result.program;
}

/** The reference marks the whole program where a mount's slot reference is wrong; here the text itself is marked. */
function diagnosticOf(instance: Instance, problem: ProgramProblem, lowering = false): Diagnostic {
  const args = { component: describe(instance), reason: problem.message };
  const place: Place = { at: at(instance.manifest.file, problem.range), label: problem.label };
  if (problem.kind === 'config') return D.invalidConfigReference(args, place);
  if (problem.kind === 'endpoint') return D.unsupportedEndpoint(args, place);
  if (problem.kind === 'mount') return lowering ? D.unsupportedMount(args, place) : D.unsupportedProgram(args, place);
  return isPolicy(instance) ? D.brokenPolicyProgram(args, place) : D.invalidSlotInterpolation(args, place);
}
