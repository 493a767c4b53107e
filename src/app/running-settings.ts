/** What settings say of running, in the names of a compile, and with the files that probes read as they are now. */
import { dirname, resolve } from 'node:path';
import { delegationIn } from '../adapters/files/delegation-file.ts';
import { digestOfFile } from '../adapters/files/digest-of-file.ts';
import { type ScenarioTree, treeOfRoot } from '../adapters/files/scenario-tree.ts';
import { own } from '../base/json.ts';
import type { Location } from '../base/span.ts';
import type { DelegationFile, NamedFile, RuntimeSettings } from '../ir/runtime-settings.ts';
import { delegationBounds } from '../language/delegation/bounds.ts';
import type { Settings } from '../language/settings/index.ts';
import { withFiles } from '../language/settings/probe-files.ts';
import { settingPlace } from './setting-place.ts';
import { vaultsOfSettings } from './vault-files.ts';

/** What comes back from a program is compared with it in memory. */
const mostBytes = 64 * 1024 * 1024;

export interface RunningPlace {
  /** What names of files are seen from. */
  readonly cwd: string;
  /** Undefined for a scenario from elsewhere, which has none on this machine. */
  readonly tree: ScenarioTree | undefined;
  /** From a name as seen from the current folder to one of the compile; a path stays one where the compile has no folder here. */
  readonly inside: (name: string) => string;
}

export async function runningSettings(
  { file, running, vaults, workspaces }: Pick<Settings, 'file' | 'running' | 'vaults' | 'workspaces'>,
  { cwd, tree, inside }: RunningPlace,
): Promise<RuntimeSettings> {
  const { components, probes, budgets, mentions, delegation } = running;
  const files =
    running.files.length === 0 ? [] : await readFiles(running.files, cwd, tree ?? treeOfRoot(resolve(cwd, file)));
  const moved = <T extends { readonly at?: Location }>(one: T): T =>
    one.at ? { ...one, at: { ...one.at, file: inside(one.at.file) } } : one;
  return {
    ...running,
    components: Object.fromEntries(Object.entries(components).map(([moniker, one]) => [moniker, moved(one)])),
    probes: Object.fromEntries(Object.entries(probes).map(([name, probe]) => [name, withFiles(probe, inside)])),
    vaults: vaultsOfSettings({ file, vaults }, cwd, inside),
    workspaces: Object.fromEntries(
      Object.entries(running.workspaces).map(([name, one]) => {
        const written = own(workspaces, name)?.source ?? one.source;
        return [name, { ...one, source: inside(settingPlace(dirname(resolve(cwd, file)), written)) || '.' }];
      }),
    ),
    files: files.map((one) => ({ ...moved(one), name: inside(one.name) })),
    budgets: budgets.map(moved),
    mentions: mentions.map(moved),
    ...(delegation
      ? {
          delegation: {
            ...moved(delegation),
            name: inside(delegation.name),
            ...delegationAt(resolve(cwd, delegation.name), tree ?? treeOfRoot(resolve(cwd, file))),
          },
        }
      : {}),
  };
}

/** Within the tree: a plan names its files from the folder of its root manifest. */
function delegationAt(path: string, tree: ScenarioTree): Pick<DelegationFile, 'bytes' | 'fault'> {
  const found = delegationIn(tree, path, delegationBounds.bytes);
  return 'fault' in found ? { bytes: null, fault: found.fault } : found;
}

/** One that lies outside of the tree is not read. */
function readFiles(files: readonly NamedFile[], cwd: string, tree: ScenarioTree): Promise<readonly NamedFile[]> {
  const read = new Map<string, Promise<string | null>>();
  const digestAt = async (path: string): Promise<string | null> =>
    tree.refusal(path) ? null : ((await digestOfFile(path, mostBytes)) ?? null);
  return Promise.all(
    files.map(async (one) => {
      const path = resolve(cwd, one.name);
      const digest = read.get(path) ?? digestAt(path);
      read.set(path, digest);
      return { ...one, digest: await digest };
    }),
  );
}
