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

export const harmlessOf = (settings: ReadonlyMap<string, string>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    harmless.flatMap((key) => {
      const value = settings.get(key);
      return value !== undefined && /^[A-Za-z0-9]{1,16}$/.test(value) ? [[key, value]] : [];
    }),
  );

const mostIgnored = 1_048_576;

/** With who the user is for git, since a commit needs an author. */
export async function settingsForCopy(places: Places): Promise<Readonly<Record<string, string>>> {
  const user = await ownSettings();
  const who = (key: string): string | undefined => places.settings.get(key) ?? user.get(key);
  return {
    ...harmlessOf(places.settings),
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
