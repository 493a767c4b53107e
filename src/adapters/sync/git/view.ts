/**
 * Repositories of our own that borrow the objects of another one. git reads settings, hooks, attributes and branches from `GIT_DIR`;
 * here it finds only what is written below, so that nothing of another repository can make it run a program or open a file.
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Places } from './locate.ts';
import { settingsOfView } from './settings.ts';

export interface ViewForm {
  readonly objectFormat: 'sha1' | 'sha256';
  /** Folders of objects that it reads besides its own. */
  readonly borrows?: readonly string[];
  /** A file with commits that have no parents here. */
  readonly shallowFile?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

const mostShallow = 64 * 1024 * 1024;

/** `folder` must not be there yet, unless it is empty. */
export function makeRepository(folder: string, form: ViewForm): void {
  for (const name of ['objects/info', 'objects/pack', 'refs/heads', 'info'])
    mkdirSync(join(folder, name), { recursive: true });
  const isNew = form.objectFormat === 'sha256';
  const settings = {
    'core.repositoryformatversion': isNew ? '1' : '0',
    'core.bare': 'false',
    ...(isNew ? { 'extensions.objectformat': 'sha256' } : {}),
    ...form.settings,
  };
  writeFileSync(join(folder, 'config'), Object.entries(settings).map(settingText).join(''));
  writeFileSync(join(folder, 'HEAD'), 'ref: refs/heads/headgate\n');
  const borrows = form.borrows ?? [];
  if (borrows.length > 0) writeFileSync(join(folder, 'objects/info/alternates'), borrows.map(alternateText).join(''));
  if (form.shallowFile !== undefined) copySmall(form.shallowFile, join(folder, 'shallow'), mostShallow);
}

function settingText([key, value]: [string, string]): string {
  const at = key.lastIndexOf('.');
  return `[${key.slice(0, at)}]\n\t${key.slice(at + 1)} = "${value.replace(/["\\]/g, '\\$&').replace(/[\0-\x1f\x7f]/g, ' ')}"\n`;
}

/** In the form in which git also takes names with newlines. */
const alternateText = (path: string): string =>
  `"${path.replace(/["\\]/g, '\\$&').replace(/[\0-\x1f]/g, (sign) => `\\${sign.charCodeAt(0).toString(8).padStart(3, '0')}`)}"\n`;

/** Where it is an ordinary file of that size. */
export function copySmall(from: string, to: string, most: number): void {
  const stat = statSync(from, { throwIfNoEntry: false });
  if (stat?.isFile() && stat.size <= most) copyFileSync(from, to);
}

/** On the source's objects, in a new folder. */
export function viewOf(places: Places, folder: string): string {
  const { objects, objectFormat, commonDir } = places;
  makeRepository(folder, {
    objectFormat,
    borrows: [objects],
    settings: settingsOfView(places.settings),
    ...(places.shallow ? { shallowFile: join(commonDir, 'shallow') } : {}),
  });
  return folder;
}

/**
 * The index as it is at this moment, with the part that a split one shares; false where there is none. It is no younger than the one
 * that it was made of: git looks into a file again that was changed in the second in which its index was written.
 */
export function copyIndex(gitDir: string, index: string, repository: string): boolean {
  for (const name of readdirSync(gitDir))
    if (/^sharedindex\.[0-9a-f]+$/.test(name)) copyFileSync(join(gitDir, name), join(repository, name));
  const from = join(gitDir, 'index');
  if (!existsSync(from)) return false;
  // Before it is read: what replaces it meanwhile is younger.
  const seconds = Math.floor(statSync(from).mtimeMs / 1000);
  copyFileSync(from, index);
  utimesSync(index, seconds, seconds);
  return true;
}
