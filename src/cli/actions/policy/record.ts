import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { type Cli, exitCode } from '../../../app/cli.ts';
import type { SharedFlags } from '../../../app/flags.ts';
import { findInput } from '../../../app/input.ts';
import { localPath } from '../../../app/local-path.ts';
import { lockPathOf } from '../../../app/policy-options.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { lockName } from '../../../language/lock/format.ts';
import { compileCommand } from '../compile.ts';

export interface PolicyRecordFlags extends SharedFlags {
  readonly out?: string;
}

/** Compiles, and keeps what was asked and answered instead of the plan. */
export async function policyRecordCommand(cli: Cli, path: string, flags: PolicyRecordFlags): Promise<number> {
  const { out, lock, ...rest } = flags;
  if (flags.frozen) throw new UsageError('--frozen takes answers from a lock, and there would be nothing to record');
  if (out !== undefined && lock !== undefined)
    throw new UsageError('--out names the folder of the lock, and --lock the lock; give one of them');
  const input = await findInput(path, cli.cwd);
  const root = 'url' in input ? localPath(input.url) : undefined;
  const file = out === undefined ? lockPathOf(root, cli.cwd, lock) : join(resolve(cli.cwd, out), lockName);
  const shown = relative(cli.cwd, file) || file;
  // What was recorded before says which policies from the network may run.
  const pins = existsSync(file) ? { lock: file } : {};
  const code = await compileCommand(cli, path, { ...rest, ...pins, emit: [`lock=${shown}`] });
  if (code === exitCode.ok) await cli.err(`recorded ${shown}\n`);
  return code;
}
