import { realpathSync } from 'node:fs';
import { type Cli, exitCode } from '../../app/cli.ts';
import { readConfigFile } from '../../app/config-file.ts';
import { traced } from '../../app/tracing.ts';
import { UsageError } from '../../app/usage-error.ts';
import { suggest } from '../../base/suggest.ts';
import { printable } from '../../diagnostics/render/width.ts';
import type { DeploymentPlan } from '../../ir/plan-schema.ts';
import { exitCodeOf } from '../../runtime/gate/outcome.ts';
import { treeOfRun } from '../../runtime/sources.ts';
import { readRunFiles } from '../../runtime/state/run-files.ts';
import { statusOf } from '../../runtime/status.ts';
import { mendVerdict } from '../../runtime/verdict/mend.ts';
import { signingKey } from '../../runtime/verdict/signing.ts';
import { refusedText } from '../blocked-text.ts';
import { report } from '../report.ts';
import { detach } from '../run-detached.ts';
import { filesFor } from '../run-place.ts';
import { runReports } from '../run-report/write.ts';
import { readSignKey, sealedText } from '../verdict-text.ts';
import { execute } from './run.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

export interface ResumeFlags extends RunsFlags {
  readonly config?: string;
  readonly redo?: readonly string[];
  readonly detach?: boolean;
  readonly signKey?: string;
  readonly proveEnforcement?: boolean;
  readonly report?: readonly string[];
}

export async function resumeCommand(cli: Cli, named: string, flags: ResumeFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const known = readRunFiles(dir, id);
  if (named === 'last' && known && !('blocked' in known)) await sayElsewhere(cli, id, known.settings.sourceFolder);
  if (!known) throw new UsageError(`run \`${id}\` was ended before its plan was written; begin a new one`);
  const signKey = await readSignKey(cli, flags.signKey);
  const status = statusOf(dir, id);
  if (!('blocked' in known)) checkRedo(id, known.plan, flags.redo);
  if (status?.state === 'COMPLETE') return mend(cli, dir, id, { signKey, isAskedAgain: flags.redo !== undefined });
  if ('blocked' in known) {
    await cli.err(refusedText([known.blocked], id));
    return exitCodeOf.BLOCKED;
  }
  const reports = await runReports(flags.report, cli.cwd, [treeOfRun(known.settings)]);
  if (flags.detach) return detach(cli, dir);
  const config = flags.config === undefined ? undefined : await readConfigFile(flags.config, cli.cwd);
  if (config && config.diagnostics.length > 0) {
    await report(cli, { ...config, input: flags.config ?? '' }, [{ name: 'text' }]);
    return exitCode.usage;
  }
  const { on } = known.settings;
  const files = on && (await filesFor(cli, on, known.plan));
  if (on && !files) return exitCode.usage;
  return traced(cli, 'headgate resume', (spans) =>
    execute(
      cli,
      known.plan,
      {
        ...known.settings,
        ...(files ? { files } : {}),
        stateDir: dir,
        env: cli.env,
        spans,
        ...(config?.value ? { configFile: config.value } : {}),
        ...(signKey === undefined ? {} : { signKey }),
        ...(flags.proveEnforcement ? { proveEnforcement: true } : {}),
        resume: { id, redo: flags.redo ?? [] },
      },
      reports,
    ),
  );
}

function checkRedo(id: string, plan: DeploymentPlan, redo: ResumeFlags['redo']): void {
  const monikers = plan.components.map(({ moniker }) => moniker);
  const unknown = redo?.find((moniker) => !monikers.includes(moniker));
  if (unknown === undefined) return;
  const near = suggest(unknown, monikers);
  const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
  throw new UsageError(`--redo: run \`${id}\` has no component \`${unknown}\`${hint}`);
}

/** Runs of all folders stand in one list: who means the one of this folder is told that it is another. */
async function sayElsewhere(cli: Cli, id: string, folder: string): Promise<void> {
  const [here, there] = [cli.cwd, folder].map(realOr) as [string, string];
  if (isInside(there, here) || isInside(here, there)) return;
  await cli.err(`the last run is ${id}, of ${printable(folder)}; \`headgate ps\` lists those of this folder, too\n`);
}

const isInside = (path: string, folder: string): boolean => `${path}/`.startsWith(folder === '/' ? '/' : `${folder}/`);

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Nothing of it is to run again; its statement may be missing, or not be signed. */
async function mend(
  cli: Cli,
  dir: string,
  id: string,
  { signKey, isAskedAgain }: { readonly signKey: string | undefined; readonly isAskedAgain: boolean },
): Promise<number> {
  const signing = signingKey(signKey);
  const mended = await mendVerdict(dir, id, 'key' in signing ? signing.key : undefined);
  if (mended && 'blocked' in mended) {
    await cli.err(refusedText(mended.blocked, id));
    return exitCodeOf.BLOCKED;
  }
  await cli.err(`${id} is COMPLETE already\n`);
  if (isAskedAgain)
    await cli.err(
      'nothing is run again, --redo or not: a run that is COMPLETE is not gone on with; begin a new one with `headgate run`\n',
    );
  if (mended) await cli.err(sealedText(mended, id));
  return mended && 'fault' in mended ? exitCodeOf.BLOCKED : exitCode.ok;
}
