/** `authority check`: what a run would stand on, and what it would be refused for, before there is one. */
import { dirname, resolve } from 'node:path';
import { readReason } from '../../../adapters/files/io-reason.ts';
import { readBounded, tooLarge } from '../../../adapters/files/read-bounded.ts';
import { type Cli, exitCode } from '../../../app/cli.ts';
import { compilePrepared, prepareInput, tell } from '../../../app/compiled.ts';
import type { SharedFlags } from '../../../app/flags.ts';
import { localPath } from '../../../app/local-path.ts';
import { isPlanFile, readPlanFile } from '../../../app/plan-file.ts';
import { setUp } from '../../../app/session.ts';
import { rootFrom, sourceDirFrom } from '../../../app/tree.ts';
import { UsageError } from '../../../app/usage-error.ts';
import { createSink } from '../../../diagnostics/sink.ts';
import type { Delegation } from '../../../ir/authority.ts';
import type { DeploymentPlan } from '../../../ir/plan-schema.ts';
import { delegationBounds } from '../../../language/delegation/bounds.ts';
import { readDelegation } from '../../../language/delegation/read-delegation.ts';
import { formatsOf, loadSyntax } from '../../../language/syntax/parse.ts';
import { type Asking, askAuthority } from '../../../runtime/authority/asked.ts';
import { openDelegation } from '../../../runtime/delegation-file.ts';
import { exitCodeOf } from '../../../runtime/gate/outcome.ts';
import { authorityText } from '../../authority-text.ts';
import { refusedText } from '../../blocked-text.ts';
import { slotsFrom } from '../../slots.ts';

export interface AuthorityCheckFlags extends SharedFlags {
  readonly delegation?: string;
  readonly slot?: readonly string[];
  readonly sourceDir?: string;
  readonly format?: 'text' | 'json';
}

type Found = Pick<Asking, 'plan' | 'configFile' | 'file'>;

/** Exit code 3 where something is missing, as a run would have it. */
export async function authorityCheckCommand(cli: Cli, path: string, flags: AuthorityCheckFlags): Promise<number> {
  const externals = slotsFrom(flags);
  const instead = flags.delegation === undefined ? undefined : await delegationAt(cli, flags.delegation);
  if (flags.delegation !== undefined && !instead) return exitCode.errors;
  const found = await planOf(cli, path, flags);
  if (!found) return exitCode.errors;
  const asked = askAuthority({
    ...found,
    env: cli.env,
    externals,
    ...(instead ? { instead } : {}),
    time: () => new Date().toISOString(),
  });
  const { missing, unknown, ...told } = asked;
  await cli.out(
    flags.format === 'json' ? `${JSON.stringify({ version: 1, ...asked }, null, 2)}\n` : authorityText(told),
  );
  if (unknown.length > 0 && flags.format !== 'json')
    await cli.err(`note: which secrets it would be given is not known: ${unknown.join('; ')}\n`);
  if (missing.length === 0) return exitCode.ok;
  if (flags.format !== 'json') await cli.err(refusedText(missing));
  return exitCodeOf.BLOCKED;
}

/** Undefined after telling what is wrong. */
async function planOf(cli: Cli, path: string, flags: AuthorityCheckFlags): Promise<Found | undefined> {
  const file = resolve(cli.cwd, path);
  if (await isPlanFile(file)) {
    const { rootConfig, diagnostics, sources, root = rootFrom(flags, cli) } = await setUp(cli, flags);
    if (diagnostics.length > 0) {
      await tell(cli, diagnostics, sources);
      return undefined;
    }
    const folder = sourceDirFrom(flags.sourceDir, cli) ?? dirname(file);
    return foundIn(await readPlanFile(file, path), folder, rootConfig, root);
  }
  const prepared = await prepareInput(cli, path, flags);
  const done = prepared && (await compilePrepared(cli, prepared));
  if (!done) return undefined;
  const { rootConfig, root, treeOf } = prepared.setup;
  const folder = localPath(done.compiled.folder) ?? '/';
  return foundIn(done.compiled.plan, folder, rootConfig, root ?? treeOf(prepared.input.url)?.folder);
}

async function foundIn(
  plan: DeploymentPlan,
  sourceFolder: string,
  configFile: Asking['configFile'],
  root: string | undefined,
): Promise<Found> {
  const file = await openDelegation(plan, { sourceFolder, ...(root === undefined ? {} : { root }) }, () =>
    performance.now(),
  );
  return { plan, file, ...(configFile ? { configFile } : {}) };
}

/** Undefined after telling what is wrong with it. */
async function delegationAt(
  cli: Cli,
  name: string,
): Promise<{ readonly name: string; readonly delegations: readonly Delegation[] } | undefined> {
  const path = resolve(cli.cwd, name);
  let text: string;
  try {
    const bytes = await readBounded(path, delegationBounds.bytes);
    if (!bytes) throw new UsageError(`--delegation: \`${name}\` cannot be read: ${tooLarge(delegationBounds.bytes)}`);
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof TypeError ? 'it is not UTF-8' : readReason(error as NodeJS.ErrnoException);
    throw new UsageError(`--delegation: \`${name}\` cannot be read: ${reason}`);
  }
  await Promise.all(formatsOf(name).map((format) => loadSyntax(format)));
  const sink = createSink();
  const source = { file: name, text };
  const delegations = readDelegation(source, sink);
  const faults = sink.diagnostics.filter(({ severity }) => severity === 'error');
  if (delegations && faults.length === 0) return { name, delegations };
  await tell(cli, faults, new Map([[name, source]]));
  return undefined;
}
