/** The settings files of one run of a command, each found and read once. */
import { dirname, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createSettingsFinder, type FoundSettings } from '../adapters/files/settings-finder.ts';
import type { SettingsOf } from '../authoring/levels/options.ts';
import type { SourceText } from '../base/text.ts';
import * as D from '../diagnostics/catalogue/settings.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { createSink } from '../diagnostics/sink.ts';
import { createParser, prepareParser } from '../phases/1-parse/index.ts';
import type { Cli } from './cli.ts';
import type { Asked, TrustSettings, Untrusted } from './trust/judge-trust.ts';
import type { ReadSettings } from './trust/read.ts';

type Read = SettingsOf & ReadSettings;

export interface SettingsFiles {
  /** The settings that count for a file, which is named from the current folder; `''` is what is in no file. */
  readonly of: (file: string) => Promise<SettingsOf | undefined>;
  /** Whether there are settings for it, and something is wrong with them. */
  readonly faulty: (file: string) => Promise<boolean>;
  /** The rights that those settings ask for; undefined where there are none. */
  readonly asked: (file: string) => Promise<Asked | undefined>;
  /** Those of them that are not trusted. */
  readonly untrusted: (file: string, env: Cli['env'], flags: TrustSettings) => Promise<Untrusted | undefined>;
  /** What is wrong with the settings that were read so far. */
  readonly diagnostics: readonly Diagnostic[];
  /** Their texts. */
  readonly sources: ReadonlyMap<string, SourceText>;
}

const isUrl = (file: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(file);
const named = (cwd: string, path: string): string => relative(cwd, path).split(sep).join('/');

export function createSettingsFiles(cwd: string, explicit: string | undefined): SettingsFiles {
  const find = createSettingsFinder();
  const parser = createParser();
  const sink = createSink();
  const sources = new Map<string, SourceText>();
  const read = new Map<string, Promise<Read | undefined>>();
  const load = async (found: FoundSettings): Promise<Read | undefined> => {
    const file = named(cwd, found.file);
    if ('failure' in found) {
      const { message: reason, help } = found.failure;
      sink.report(D.notLoaded({ path: file, reason }, { help }));
      return undefined;
    }
    const source = parser.text(file, found.bytes, sink);
    if (!source) return undefined;
    sources.set(file, source);
    // A scenario without settings does not load what reads them.
    const [{ readWithRights }] = await Promise.all([import('./trust/read.ts'), prepareParser(file)]);
    const read = readWithRights(found.file, source, sink);
    return read && { ...read, folder: named(cwd, dirname(found.file)) };
  };
  const folders = new Map<string, Promise<Read | undefined>>();
  const there = new Set<string>();
  const inFolder = (folder: string): Promise<Read | undefined> => {
    const known = folders.get(folder);
    if (known) return known;
    const url = pathToFileURL(resolve(folder, 'x')).href;
    const result = find(url, cwd, explicit).then((found) => {
      if (found) there.add(folder);
      const once = found && read.get(found.file);
      if (once || !found) return once;
      const settings = load(found);
      read.set(found.file, settings);
      return settings;
    });
    folders.set(folder, result);
    return result;
  };
  const folderOf = (file: string): string | undefined => {
    if (isUrl(file)) return explicit === undefined ? undefined : cwd;
    return file === '' ? cwd : dirname(resolve(cwd, file));
  };
  const readFor = async (file: string): Promise<Read | undefined> => {
    const folder = folderOf(file);
    return folder === undefined ? undefined : inFolder(folder);
  };
  return {
    of: readFor,
    faulty: async (file) => (await readFor(file)) === undefined && there.has(folderOf(file) ?? ''),
    asked: async (file) => (await readFor(file))?.asked,
    untrusted: async (file, env, flags) => (await readFor(file))?.untrusted(env, flags),
    diagnostics: sink.diagnostics,
    sources,
  };
}

/** With the file as it is seen from the folder of the settings. */
export const seenFrom = (cwd: string, found: SettingsOf, file: string): SettingsOf =>
  isUrl(file) || file === '' ? found : { ...found, path: named(resolve(cwd, found.folder), resolve(cwd, file)) };

/** Whether a search of an absolute folder may pass by an absolute path. */
export async function excludedIn(
  settings: SettingsFiles,
  folder: string,
  cwd: string,
): Promise<(path: string) => boolean> {
  const found = await settings.of(resolve(folder, 'scenario'));
  if (!found) return () => false;
  const { isExcluded } = await import('../language/settings/sections/check.ts');
  const base = resolve(cwd, found.folder);
  return (path) => {
    const seen = named(base, path);
    return !seen.startsWith('../') && isExcluded(found.settings.check, seen);
  };
}
