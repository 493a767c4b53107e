/** Where the settings of a scenario are. */
import { lstatSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { settingsNames } from '../../language/settings/names.ts';
import { maxManifestBytes } from '../../language/syntax/limits.ts';
import type { LoadFailure } from '../../ports/loader.ts';
import { createFsLoader } from '../loaders/fs-loader.ts';
import { fileUrlPath } from './file-url-path.ts';
import { treeOfRoot } from './scenario-tree.ts';

/** `file` is an absolute path. */
export type FoundSettings =
  | { readonly file: string; readonly bytes: Uint8Array }
  | { readonly file: string; readonly failure: LoadFailure };

/**
 * The file named by `explicit` (from `stopAt`), else the one beside the scenario, else the nearest one above it up to `stopAt`, if
 * the scenario lies in there. None for a scenario that is not a file, unless it is named.
 */
export type FindSettings = (
  scenarioUrl: string,
  stopAt: string,
  explicit?: string,
) => Promise<FoundSettings | undefined>;

/** Looks into each folder once, and reads each file once, as long as it lives. */
export function createSettingsFinder(): FindSettings {
  const folders = new Map<string, Promise<FoundSettings | undefined>>();
  const files = new Map<string, Promise<FoundSettings>>();
  const read = (file: string): Promise<FoundSettings> =>
    remember(files, file, async () => {
      const outside = treeOfRoot(file).refusal(file);
      return outside ? { file, failure: { kind: 'outside', ...outside } } : load(file);
    });
  const inFolder = (folder: string): Promise<FoundSettings | undefined> =>
    remember(folders, folder, async () => {
      const name = firstName(folder);
      return name === undefined ? undefined : read(join(folder, name));
    });
  return async (scenarioUrl, stopAt, explicit) => {
    // Named by the user, it may lie anywhere.
    if (explicit !== undefined) return load(resolve(stopAt, explicit));
    for (const folder of foldersFrom(scenarioUrl, resolve(stopAt))) {
      const found = await inFolder(folder);
      if (found) return found;
    }
    return undefined;
  };
}

function remember<T>(known: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}

function foldersFrom(scenarioUrl: string, stopAt: string): readonly string[] {
  const folder = folderOf(scenarioUrl);
  if (folder === undefined) return [];
  if (!isInside(folder, stopAt)) return [folder];
  const folders = [folder];
  for (let next = folder; next !== stopAt; folders.push(next)) next = dirname(next);
  return folders;
}

function folderOf(url: string): string | undefined {
  try {
    return dirname(fileUrlPath(url));
  } catch {
    return undefined;
  }
}

function isInside(folder: string, stopAt: string): boolean {
  const way = relative(stopAt, folder);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

const firstName = (folder: string): string | undefined => settingsNames.find((name) => isThere(join(folder, name)));

/** A link that leads nowhere is there, and reading it says so. */
function isThere(path: string): boolean {
  try {
    return !lstatSync(path).isDirectory();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code !== 'ENOENT' && code !== 'ENOTDIR';
  }
}

async function load(file: string): Promise<FoundSettings> {
  const result = await createFsLoader().load(pathToFileURL(file).href, { maxBytes: maxManifestBytes });
  return result.ok ? { file, bytes: result.value.bytes } : { file, failure: result.failure };
}

/**
 * URL of the settings that count for a scenario: those beside it, else the nearest ones above it, up to the folder `upTo`. Without
 * `upTo` only the scenario's own folder is looked into. Undefined when there are none, and for a scenario that is not a file.
 */
export async function findSettings(scenarioUrl: string, upTo?: string): Promise<string | undefined> {
  const own = folderOf(scenarioUrl);
  if (own === undefined) return undefined;
  const top = upTo === undefined ? own : fileUrlPath(upTo);
  const found = await createSettingsFinder()(scenarioUrl, top);
  return found && pathToFileURL(found.file).href;
}
