/** The file of `--config` beside a plan: judged as a compile judges it, since none will. */
import type { JsonObject } from '../base/json.ts';
import { at } from '../base/span.ts';
import { positionAt } from '../base/text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { type GivenConfig, givenFaults } from '../language/config/given.ts';
import { acceptedLines } from '../language/secrets/accepted.ts';
import { follow } from '../language/syntax/pointer.ts';
import { secretDiagnostic } from '../phases/4-link/secret-diagnostic.ts';

/** Variables are judged by the run itself. O(what is given). */
export function planConfigFaults(
  { config, runtime }: Pick<DeploymentPlan, 'config' | 'runtime'>,
  file: GivenConfig['file'],
  written: GivenConfig['written'],
): readonly Diagnostic[] {
  if (!file || !written) return [];
  const vaults = Object.keys(runtime?.vaults ?? {});
  const accepted = acceptedLines(written.source);
  return givenFaults(config.schema as JsonObject | null, { file, written }, vaults).flatMap((found) => {
    if (found.from === 'variable') return [];
    const { node, keyRange } = follow(written.root, found.pointer);
    const { line } = positionAt(written.source, node.range.start);
    if (found.fault.kind === 'inline' && accepted.has(line)) return [];
    const place = { value: at(written.source.file, node.range), key: keyRange };
    return [secretDiagnostic(found.fault, place, vaults)];
  });
}
