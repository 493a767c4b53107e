/** What settings, lock and flags say of the policies and components of one scenario, in the names of its compile. */
import { lstatSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { readReason } from '../adapters/files/io-reason.ts';
import { readLockFiles } from '../adapters/files/lock-files.ts';
import { treeOfRoot } from '../adapters/files/scenario-tree.ts';
import type { Location } from '../base/span.ts';
import type { CompileOptions } from '../compile.ts';
import type { LockInput } from '../ir/lock.ts';
import type { PolicySetting } from '../ir/policy-settings.ts';
import type { RuntimeSettings } from '../ir/runtime-settings.ts';
import { lockName } from '../language/lock/format.ts';
import type { Settings } from '../language/settings/index.ts';
import type { Cli } from './cli.ts';
import type { SharedFlags } from './flags.ts';
import type { Input } from './input.ts';
import { localPath } from './local-path.ts';
import type { RunningPlace } from './running-settings.ts';
import type { SettingsFiles } from './settings-files.ts';
import type { TreeOf } from './tree.ts';
import { UsageError } from './usage-error.ts';

export type TrustFlags = Pick<SharedFlags, 'frozen' | 'lock' | 'allowRemotePolicies' | 'trustSettings'>;

export type PolicyOptions = Pick<
  CompileOptions,
  'policySettings' | 'runtime' | 'lock' | 'frozen' | 'allowRemotePolicies'
>;

export interface PolicySetup {
  readonly trust: TrustFlags;
  readonly settings: SettingsFiles;
  readonly treeOf: TreeOf;
}

export async function policyOptions(
  cli: Cli,
  input: Input,
  baseDir: string,
  { trust: flags, settings: files, treeOf }: PolicySetup,
): Promise<PolicyOptions> {
  if (flags.frozen && flags.allowRemotePolicies)
    throw new UsageError('--frozen starts no policy, so there is nothing for --allow-remote-policies to allow');
  const inside = namer(baseDir, cli.cwd);
  const path = localPath(input.url);
  const file = settingsFor(cli, input);
  // What is wrong with the settings is told by whoever judges the diagnostics.
  const found = await files.of(file);
  const settings = found?.settings.policies ?? [];
  const running = found && (await runningOf(found.settings, { cwd: cli.cwd, tree: treeOf(input.url), inside }));
  const lock = await lockOf(path, cli.cwd, flags, inside);
  return {
    ...(settings.length > 0 ? { policySettings: settings.map((one) => renamed(one, inside)) } : {}),
    ...(running ? { runtime: running } : {}),
    ...(lock ? { lock } : {}),
    ...(flags.frozen ? { frozen: true } : {}),
    ...(flags.allowRemotePolicies ? { allowRemotePolicies: true } : {}),
  };
}

/** A scenario without settings does not load what reads them. */
async function runningOf(settings: Settings, place: RunningPlace): Promise<RuntimeSettings> {
  const { runningSettings } = await import('./running-settings.ts');
  return runningSettings(settings, place);
}

/** The name that settings of an input are looked for by. */
export function settingsFor(cli: Cli, input: Input): string {
  const path = localPath(input.url);
  return path === undefined ? (input.loader ? '' : input.url) : relative(cli.cwd, path);
}

/** Where the lock of a scenario is, unless told: beside it. */
export const lockPathOf = (root: string | undefined, cwd: string, given?: string): string =>
  given === undefined ? resolve(root === undefined ? cwd : dirname(root), lockName) : resolve(cwd, given);

async function lockOf(
  root: string | undefined,
  cwd: string,
  { lock, frozen }: TrustFlags,
  inside: (path: string) => string,
): Promise<LockInput | undefined> {
  const path = lockPathOf(root, cwd, lock);
  // Most scenarios have none.
  if (lock === undefined && !frozen && isMissing(path)) return undefined;
  const shown = relative(cwd, path).split(sep).join('/');
  const outside = lock === undefined && root !== undefined ? treeOfRoot(root).refusal(path) : undefined;
  if (outside) throw new UsageError(`the lock \`${shown}\` is not read: ${outside.message}; ${outside.help}`);
  try {
    const { text, recordings } = await readLockFiles(path, { recordings: frozen === true });
    // A lock that was named has to be there.
    if (text === null && lock === undefined && !frozen) return undefined;
    if (text === null && !frozen) throw new UsageError(`--lock ${lock}: there is no such file`);
    return { file: inside(shown), shown, text, recordings };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const system = error as NodeJS.ErrnoException;
    const reason = system.code === 'ELOOP' ? 'it is a link, and no link is followed here' : readReason(system);
    throw new UsageError(`the lock \`${shown}\` cannot be read: ${reason}`);
  }
}

function isMissing(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    // What cannot be looked at is told by whoever reads it.
    return false;
  }
}

/** From a name as seen from the current folder to one as seen from the folder that the compile names files from. */
export function namer(baseDir: string, cwd: string): (file: string) => string {
  const folder = localPath(baseDir);
  if (folder === undefined) return (file) => file;
  return (file) => relative(folder, resolve(cwd, file)).split(sep).join('/');
}

function renamed(setting: PolicySetting, inside: (file: string) => string): PolicySetting {
  const move = (at: Location): Location => ({ ...at, file: inside(at.file) });
  return {
    ...setting,
    ...(setting.at ? { at: move(setting.at) } : {}),
    ...(setting.secrets
      ? { secrets: setting.secrets.map((grant) => (grant.at ? { ...grant, at: move(grant.at) } : grant)) }
      : {}),
  };
}
