/** `support-bundle`: 0 written, 1 it cannot be written, 2 used wrongly, 3 it would not be what it promises. */
import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { resolve } from 'node:path';
import { writeNewFile } from '../../adapters/files/new-file.ts';
import { type Cli, exitCode } from '../../app/cli.ts';
import { readConfigFile } from '../../app/config-file.ts';
import { realPath } from '../../app/real-path.ts';
import { UsageError } from '../../app/usage-error.ts';
import type { JsonValue } from '../../base/json.ts';
import * as D from '../../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { renderText } from '../../diagnostics/render/text.ts';
import { printable } from '../../diagnostics/render/width.ts';
import { bundleKind } from '../../language/contract/vocabulary.ts';
import { exitCodeOf } from '../../runtime/gate/outcome.ts';
import { type Bundle, supportBundle } from '../../runtime/support-bundle/bundle.ts';
import { shortestNeedle } from '../../runtime/support-bundle/needles.ts';
import { blockedText } from '../blocked-text.ts';
import { checkDestinations, notWritable } from '../output.ts';
import { report } from '../report.ts';
import { readGiven } from './attest.ts';
import { findRun, type RunsFlags, stateDir } from './runs.ts';

export interface SupportBundleFlags extends RunsFlags {
  readonly output?: string;
  readonly force?: boolean;
  readonly logs?: boolean;
  readonly config?: string;
  readonly canary?: readonly string[];
  readonly canaryFile?: string;
  readonly offline?: boolean;
  readonly unverified?: boolean;
}

export async function supportBundleCommand(cli: Cli, named: string, flags: SupportBundleFlags): Promise<number> {
  const dir = stateDir(cli, flags);
  const id = findRun(dir, named);
  const shown = flags.output ?? `headgate-support-${id}.tar.gz`;
  const canaries = await canariesOf(cli, flags);
  const blocked = await destinationFaults(cli, shown, dir, flags.force === true);
  if (blocked.length > 0) return refuse(cli, blocked);
  const config = flags.config === undefined ? undefined : await readConfigFile(flags.config, cli.cwd);
  if (config && config.diagnostics.length > 0) {
    await report(cli, { ...config, input: flags.config ?? '' }, [{ name: 'text' }]);
    return exitCode.usage;
  }
  const made = await supportBundle({
    id,
    stateDir: dir,
    env: cli.env,
    ...(config?.value ? { configFile: config.value } : {}),
    withLogs: flags.logs === true,
    allowUnverified: flags.unverified === true,
    offline: flags.offline === true,
    canaries,
  });
  if ('blocked' in made) {
    await cli.err(blockedText(made.blocked));
    return exitCodeOf.BLOCKED;
  }
  const fault = await cli.interrupt.hold(async () =>
    written(resolve(cli.cwd, shown), shown, made, flags.force === true),
  );
  if (fault) return refuse(cli, [fault]);
  await tell(cli, shown, made, flags);
  return exitCode.ok;
}

async function canariesOf(cli: Cli, { canary = [], canaryFile }: SupportBundleFlags): Promise<readonly string[]> {
  const lines =
    canaryFile === undefined
      ? []
      : (await readGiven(cli, canaryFile, '--canary-file'))
          .toString('utf8')
          .split(/\r?\n/)
          .filter((line) => line !== '');
  const all = [...canary, ...lines];
  if (all.some((text) => Buffer.byteLength(text.trim()) < shortestNeedle))
    throw new UsageError(`a canary has at least ${shortestNeedle} characters, so that it is in nothing by chance`);
  return all;
}

async function destinationFaults(cli: Cli, shown: string, dir: string, force: boolean): Promise<readonly Diagnostic[]> {
  if (shown === '' || shown === '-')
    throw new UsageError('--output: give the path of a file; an archive is not printed');
  const path = resolve(cli.cwd, shown);
  // A file more in the folder of a run, or another one, and the run can no longer be verified.
  if (realPath(path).startsWith(`${realPath(dir)}/`))
    throw new UsageError(`--output: \`${shown}\` lies in the folder where runs are kept`);
  const faults = await checkDestinations([{ shown, path, toStdout: false, folder: false }], []);
  if (faults.length > 0) return faults;
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (!there) return [];
  // Replacing a link or a device would do something else than it looks like.
  if (!there.isFile()) return [refused(shown, 'it is not a plain file', 'give another path')];
  return force ? [] : [taken(shown)];
}

const refused = (path: string, reason: string, remedy: string): Diagnostic =>
  D.outputNotWritable({ path, reason, remedy }, {});
const taken = (path: string): Diagnostic =>
  refused(path, 'it exists already', 'give another path with --output, or --force to replace it');

function written(path: string, shown: string, { bytes }: Bundle, replace: boolean): Diagnostic | undefined {
  try {
    writeNewFile(path, bytes, { replace });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return 'code' in error && error.code === 'EEXIST' ? taken(shown) : notWritable(shown, error);
  }
}

async function refuse(cli: Cli, faults: readonly Diagnostic[]): Promise<number> {
  await cli.err(renderText(faults, new Map(), { width: cli.width, palette: cli.palette }));
  return exitCode.errors;
}

async function tell(cli: Cli, file: string, { bytes, manifest }: Bundle, flags: SupportBundleFlags): Promise<void> {
  if (flags.format === 'json') {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await cli.out(`${JSON.stringify({ version: 1, file, bytes: bytes.length, sha256, manifest }, null, 2)}\n`);
    return;
  }
  await cli.out(`${printable(file)}\n`);
  const { kind, searched, unsearched = [], missing } = manifest as unknown as Told;
  const isVerified = kind === bundleKind;
  const values = searched.secrets === 1 ? 'one value' : `${searched.secrets} values`;
  const canaries = searched.canaries === 0 ? '' : ` and ${searched.canaries} canaries`;
  await cli.err(
    `searched for ${values}${canaries} in the encodings that docs/support-bundle.md lists: none is in it\n`,
  );
  for (const { piece, reason } of missing) await cli.err(`without ${printable(piece)}: ${printable(reason)}\n`);
  for (const { piece, reason } of unsearched)
    await cli.err(`warning: not searched for ${printable(piece)}: ${printable(reason)}\n`);
  if (!isVerified) await cli.err('warning: this bundle is not verified; look through it before you hand it on\n');
}

interface Told {
  readonly kind: JsonValue;
  readonly searched: { readonly secrets: number; readonly canaries: number };
  readonly unsearched?: readonly { readonly piece: string; readonly reason: string }[];
  readonly missing: readonly { readonly piece: string; readonly reason: string }[];
}
