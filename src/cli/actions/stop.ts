import { setTimeout as sleep } from 'node:timers/promises';
import { readOwner } from '../../adapters/files/lock.ts';
import { isAlive } from '../../adapters/files/owner.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { findRunClient } from '../../app/run-control/client.ts';
import { UsageError } from '../../app/usage-error.ts';
import { exitCodeOf } from '../../runtime/gate/outcome.ts';
import { readRun } from '../../runtime/state/run-files.ts';
import { runIds, runPaths } from '../../runtime/state/run-folder.ts';
import { isLeftRunning, journalledState } from '../../runtime/status.ts';
import { refusedText } from '../blocked-text.ts';
import { filesFor } from '../run-place.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

export async function stopCommand(cli: Cli, named: string, flags: RunsFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const owner = readOwner(`${runPaths(dir, id).folder}/owner.json`);
  if (!owner || !isAlive(owner) || journalledState(dir, id) !== 'RUNNING') {
    const left = await endUnattended(cli, dir, id);
    if (left !== undefined) return left;
    // Whoever names none means the one that runs, and `last` is the newest.
    const running = runIds(dir).filter((other) => journalledState(dir, other) === 'RUNNING');
    const hint = running.length === 0 ? '' : `; running: ${running.join(', ')}`;
    await cli.err(`${id} is not running${hint}\n`);
    return exitCode.errors;
  }
  if (await findRunClient(dir, id)?.stopAndWait()) return ended(cli, dir, id);
  try {
    process.kill(owner.pid, 'SIGTERM');
  } catch (error) {
    // It may have ended in this very moment.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH')
      throw new UsageError(`${id} belongs to process ${owner.pid}, which another user started`);
  }
  while (isAlive(owner)) await sleep(20);
  return ended(cli, dir, id);
}

/** What a place goes on to run without its headgate is taken away; undefined where that is not so. */
async function endUnattended(cli: Cli, dir: string, id: string): Promise<number | undefined> {
  const known = readRun(dir, id);
  if (!known?.settings.on || !isLeftRunning(dir, id)) return undefined;
  const { run } = await import('../../api/run.ts');
  const files = await filesFor(cli, known.settings.on, known.plan);
  if (!files) return exitCode.errors;
  return cli.interrupt.hold(async () => {
    const resume = { id, redo: [], ends: true } as const;
    const begun = await run(known.plan, { ...known.settings, files, stateDir: dir, env: cli.env, resume });
    const outcome = 'blocked' in begun ? ({ state: 'BLOCKED', blocked: begun.blocked } as const) : await begun.done;
    if (outcome.state === 'CANCELLED') return ended(cli, dir, id);
    await cli.err(outcome.state === 'BLOCKED' ? refusedText(outcome.blocked, id) : `${id} ${outcome.state}\n`);
    return exitCodeOf[outcome.state];
  });
}

async function ended(cli: Cli, dir: string, id: string): Promise<number> {
  await cli.out(`${id} ${journalledState(dir, id) ?? ''}\n`);
  return exitCode.ok;
}
