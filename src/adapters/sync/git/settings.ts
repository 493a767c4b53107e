/** Which settings of a repository its copy has: those that say what files are like, and no other. None of them names a program or a file. */
import { readFileSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Places } from './locate.ts';
import { settingsOf } from './settings-file.ts';

/** Without these, files that nobody has changed would show as changed, or the other way round. */
const harmless = [
  'core.filemode',
  'core.ignorecase',
  'core.symlinks',
  'core.precomposeunicode',
  'core.autocrlf',
  'core.eol',
  'core.sparsecheckout',
  'core.sparsecheckoutcone',
] as const;

/** Of the source's own index and objects: how git tells that a file has changed, and who may read what is written. */
const ofSource = ['core.trustctime', 'core.checkstat', 'core.sharedrepository'] as const;

const chosen = (settings: ReadonlyMap<string, string>, keys: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const value = settings.get(key);
      return value !== undefined && /^[A-Za-z0-9]{1,16}$/.test(value) ? [[key, value]] : [];
    }),
  );

/** For a repository of ours that stands for the source. */
export const settingsOfView = (settings: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
  chosen(settings, [...harmless, ...ofSource]);

const mostIgnored = 1_048_576;

/** With who the user is for git, since a commit needs an author. */
export async function settingsForCopy(places: Places): Promise<Readonly<Record<string, string>>> {
  const user = await ownSettings();
  const who = (key: string): string | undefined => places.settings.get(key) ?? user.get(key);
  return {
    ...chosen(places.settings, harmless),
    'user.name': who('user.name') ?? 'headgate',
    'user.email': who('user.email') ?? 'headgate@localhost',
  };
}

/** Patterns of what git ignores besides `.gitignore`: those of the user, and behind them those of the repository, which win. */
export async function ignoredText(commonDir: string): Promise<string> {
  const named = (await ownSettings()).get('core.excludesfile');
  const users = named === undefined ? join(configFolder(), 'git', 'ignore') : named.replace(/^~(?=\/)/, homedir());
  return [users, join(commonDir, 'info', 'exclude')].map(smallText).join('');
}

/** Filters that are declared anywhere that git of the user looks; one that is not declared changes no file. */
export async function filterNames(places: Places): Promise<ReadonlySet<string>> {
  const all = [places.settings, await ownSettings(), await settingsOf('/etc/gitconfig')];
  const keys = all.flatMap((settings) => [...settings.keys()]);
  return new Set(keys.flatMap((key) => /^filter\.(.+)\.(?:clean|smudge|process)$/s.exec(key)?.[1] ?? []));
}

/** Of the user alone: what a repository names as such a file could be any file of the host. */
async function ownSettings(): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const file of [join(configFolder(), 'git', 'config'), join(homedir(), '.gitconfig')])
    for (const [key, value] of await settingsOf(file)) found.set(key, value);
  return found;
}

const configFolder = (): string => process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config');

function smallText(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat?.isFile() || stat.size > mostIgnored) return '';
  const text = readFileSync(file, 'utf8');
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
