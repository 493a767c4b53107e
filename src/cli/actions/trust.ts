/** `trust`: the only place where what settings or a plan ask for is granted for longer than one command. */
import { readFile, stat } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { ioReason } from '../../adapters/files/io-reason.ts';
import { openTrustStore } from '../../adapters/files/trust-store.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { tell } from '../../app/compiled.ts';
import { isPlanFile, parsePlan } from '../../app/plan-file.ts';
import { createSettingsFiles, type SettingsFiles } from '../../app/settings-files.ts';
import { type Asked, askedByPlan, remember, untrusted } from '../../app/trust/judge-trust.ts';
import { UsageError } from '../../app/usage-error.ts';
import { notYet } from '../../diagnostics/catalogue/settings.ts';
import { printable } from '../../diagnostics/render/width.ts';
import { settingsNames } from '../../language/settings/names.ts';
import { askYes, canAsk } from '../ask.ts';

export interface TrustFlags {
  readonly yes?: boolean;
}

export async function trustCommand(cli: Cli, given: string, flags: TrustFlags): Promise<number> {
  const asked = await askedAt(cli, given);
  if (typeof asked === 'number') return asked;
  if (!asked || asked.rights.length === 0) {
    const what = asked ? `\`${asked.shown}\`` : `no settings count for \`${given}\`: this`;
    await cli.err(`${printable(what)} asks for nothing that has to be trusted\n`);
    return exitCode.ok;
  }
  const lines = asked.rights.map(({ words }) => `${printable(words)}\n`);
  const refused = untrusted(cli.env, asked, {});
  await cli.err(printable(`\`${asked.shown}\` asks for`).concat('\n'));
  await cli.out(lines.join(''));
  if (!refused) {
    await cli.err('this is trusted already\n');
    return exitCode.ok;
  }
  if (refused.fault !== undefined) await cli.err(`note: ${printable(refused.fault)}\n`);
  if (!flags.yes && !(await agreed(cli, asked))) {
    await cli.err('nothing is trusted\n');
    return exitCode.errors;
  }
  const fault = await cli.interrupt.hold(async () => remember(cli, asked));
  if (fault !== undefined) {
    await cli.err(`error: this cannot be remembered: ${printable(fault)}\n`);
    return exitCode.errors;
  }
  await cli.err(printable(`trusted; remembered in ${openTrustStore(cli.env).folder}`).concat('\n'));
  return exitCode.ok;
}

/** What leads to this machine or a private network takes a yes of its own. */
async function agreed(cli: Cli, { rights }: Asked): Promise<boolean> {
  if (!canAsk())
    throw new UsageError('nobody can be asked here; read the list, and give --yes to trust everything on it');
  const ask = (question: string): Promise<boolean> => askYes(question, cli.interrupt.signal);
  for (const { words } of rights.filter(({ near }) => near)) if (!(await ask(`${printable(words)}?`))) return false;
  return rights.every(({ near }) => near) || ask('Trust all of this?');
}

/** A number is the exit code of what was told already. */
async function askedAt(cli: Cli, given: string): Promise<Asked | undefined | number> {
  if (given === '') throw new UsageError('the folder has no name; give `.` for the current one');
  const path = resolve(cli.cwd, given);
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      `\`${given}\` ${error.code === 'ENOENT' ? 'does not exist' : `cannot be looked at: ${ioReason(error).reason}`}`,
    );
  });
  if (!found.isDirectory() && !found.isFile()) throw new UsageError(`\`${given}\` is not a folder and not a file`);
  if (await isPlanFile(path)) return askedByPlan(path, given, parsePlan(await readFile(path, 'utf8'), given));
  const explicit = !found.isDirectory() && (await isSettings(path)) ? given : undefined;
  const files = createSettingsFiles(cli.cwd, explicit);
  const near = relative(cli.cwd, found.isDirectory() ? join(path, 'scenario') : path);
  const asked = await files.asked(near);
  return asked ?? (await faultsOf(cli, files));
}

/** Settings have their name, or lack what every manifest has. */
const isSettings = async (path: string): Promise<boolean> =>
  settingsNames.includes(basename(path)) || !(await readFile(path, 'utf8')).includes('manifest_version');

/** What cannot be read asks for nothing, and is not to be taken for what may have everything. */
async function faultsOf(cli: Cli, { diagnostics, sources }: SettingsFiles): Promise<number | undefined> {
  const faults = diagnostics.filter(({ code, severity }) => severity === 'error' && code !== notYet.code);
  if (faults.length === 0) return undefined;
  await tell(cli, faults, sources);
  return exitCode.errors;
}
