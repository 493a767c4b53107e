import { resolve } from 'node:path';
import { type Cli, exitCode } from '../../../app/cli.ts';
import { realPath } from '../../../app/real-path.ts';
import { UsageError } from '../../../app/usage-error.ts';
import type { JsonObject } from '../../../base/json.ts';
import { renderText } from '../../../diagnostics/render/text.ts';
import { printable } from '../../../diagnostics/render/width.ts';
import type { Blocked } from '../../../ir/blocked.ts';
import { contractOf } from '../../../runtime/contract/contract.ts';
import { type Overstated, overstatedOf } from '../../../runtime/contract/overstated.ts';
import { recordOf } from '../../../runtime/contract/record.ts';
import { exitCodeOf } from '../../../runtime/gate/outcome.ts';
import { fold } from '../../../runtime/journal/fold.ts';
import { otherPlan } from '../../../runtime/state/refusals.ts';
import { readRunFiles } from '../../../runtime/state/run-files.ts';
import { runPaths } from '../../../runtime/state/run-folder.ts';
import { readWholeJournal } from '../../../runtime/verdict/whole-journal.ts';
import { refusedText } from '../../blocked-text.ts';
import { checkDestinations, writeOutputs } from '../../output.ts';
import { findRun, type RunsFlags, stateDir } from '../runs.ts';

export interface ContractExportFlags extends RunsFlags {
  readonly record?: boolean;
  readonly output?: string;
}

export async function contractExportCommand(cli: Cli, named: string, flags: ContractExportFlags): Promise<number> {
  if (flags.output === '') throw new UsageError('--output: the path is empty; `-` is standard output');
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const made = flags.record === true ? recordIn(dir, id) : contractIn(dir, id);
  if ('blocked' in made) {
    await cli.err(refusedText([made.blocked], id));
    return exitCodeOf.BLOCKED;
  }
  for (const one of made.overstated) await cli.err(overstatedText(one));
  const text = `${JSON.stringify(made.document, null, 2)}\n`;
  if (flags.output === undefined || flags.output === '-') {
    await cli.out(text);
    return exitCode.ok;
  }
  return write(cli, flags.output, dir, text);
}

type Made =
  | { readonly document: JsonObject; readonly overstated: readonly Overstated[] }
  | { readonly blocked: Blocked };

function recordIn(dir: string, id: string): Made {
  const read = readWholeJournal(runPaths(dir, id), id);
  if ('blocked' in read) return read;
  // What happened does not stand in the plan. Where nothing is told to have happened, a plan that is gone was there before it.
  const files = read.entries.length === 0 ? readRunFiles(dir, id) : undefined;
  if (files && 'blocked' in files) return files;
  return { document: recordOf(id, read.entries), overstated: [] };
}

function contractIn(dir: string, id: string): Made {
  const read = readWholeJournal(runPaths(dir, id), id);
  if ('blocked' in read) return read;
  const run = fold(read.entries);
  const files = readRunFiles(dir, id);
  if (!files) throw new UsageError(`run \`${id}\` has not begun`);
  if ('blocked' in files) return files;
  // A plan whose own digest is right may still be that of another run.
  if (run.plan !== undefined && run.plan !== files.plan.planDigest) return { blocked: otherPlan(id) };
  return { document: contractOf(id, files.plan, run), overstated: overstatedOf(files.plan, files.settings) };
}

async function write(cli: Cli, shown: string, dir: string, text: string): Promise<number> {
  const path = resolve(cli.cwd, shown);
  // A file more in the folder of a run, or another one, and the run can no longer be verified.
  if (realPath(path).startsWith(`${realPath(dir)}/`))
    throw new UsageError(`--output: \`${shown}\` lies in the folder where runs are kept`);
  const blocked = await checkDestinations([{ shown, path, toStdout: false, folder: false }], []);
  const failures =
    blocked.length > 0 ? blocked : await cli.interrupt.hold(() => writeOutputs([{ path, shown, text }], []));
  if (failures.length === 0) return exitCode.ok;
  await cli.err(renderText(failures, new Map(), { width: cli.width, palette: cli.palette }));
  return exitCode.errors;
}

const overstatedText = ({ component, reason, remedy }: Overstated): string =>
  `warning[contract_overstates]: ${printable(component)}: ${reason}\n  = help: ${remedy}\n`;
