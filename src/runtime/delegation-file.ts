/** The file of the delegations, as a run reads it again and again. */
import { join } from 'node:path';
import { delegationIn } from '../adapters/files/delegation-file.ts';
import { positionAt } from '../base/text.ts';
import { createSink } from '../diagnostics/sink.ts';
import type { DeploymentPlan } from '../ir/plan-schema.ts';
import { delegationBounds } from '../language/delegation/bounds.ts';
import { readDelegation } from '../language/delegation/read-delegation.ts';
import { formatsOf, loadSyntax } from '../language/syntax/parse.ts';
import type { FileNow } from './authority/state.ts';
import type { RunSettings } from './run-options.ts';
import { treeOfRun } from './sources.ts';

/** Milliseconds: a file that is just being written cannot be read for a moment, and nothing is taken away by that. */
const settleMs = 300;

/** Answers what it says now. A plan without delegations loads no syntax for them. */
export async function openDelegation(
  { runtime }: Pick<DeploymentPlan, 'runtime'>,
  options: Pick<RunSettings, 'sourceFolder' | 'root'>,
  now: () => number,
): Promise<() => FileNow> {
  const name = runtime?.grants?.delegation;
  if (name === undefined) return () => ({ delegations: [] });
  await Promise.all(formatsOf(name).map((format) => loadSyntax(format)));
  const path = join(options.sourceFolder, name);
  const tree = treeOfRun(options);
  const parse = (bytes: Uint8Array): FileNow => {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      return { fault: 'it is not UTF-8' };
    }
    const sink = createSink();
    const source = { file: name, text };
    const delegations = readDelegation(source, sink);
    const [fault] = sink.diagnostics.filter(({ severity }) => severity === 'error');
    if (delegations) return { delegations };
    if (!fault) return { fault: 'it has errors' };
    const line = fault.at?.range ? `line ${positionAt(source, fault.at.range.start).line + 1}: ` : '';
    return { fault: `${line}${fault.message}` };
  };
  let seen: { readonly bytes: Buffer; readonly says: FileNow } | undefined;
  const read = (): FileNow => {
    // Links are followed anew: where it leads may have changed as well as what is there.
    const found = delegationIn(tree, path, delegationBounds.bytes);
    if ('fault' in found) return found;
    const bytes = Buffer.from(found.bytes);
    if (!seen?.bytes.equals(bytes)) seen = { bytes, says: parse(bytes) };
    return seen.says;
  };
  let told: FileNow | undefined;
  let faultySince: number | undefined;
  return () => {
    const says = read();
    if (!('fault' in says)) faultySince = undefined;
    else faultySince ??= now();
    const isPassing = faultySince !== undefined && now() - faultySince < settleMs;
    if (told === undefined || !isPassing) told = says;
    return told;
  };
}
