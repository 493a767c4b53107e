/** The pages of docs/diagnostics, which are shipped beside the built files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suggest } from '../../base/suggest.ts';
import { packageFolder } from './package-folder.ts';

const pagesFolder = (): string => join(packageFolder(), 'docs', 'diagnostics');

/** Also keeps `..` and the like out of the path. */
const CODE = /^[a-z0-9-]+\/[a-z0-9-]+$/;

export const isKnownCode = (code: string): boolean => CODE.test(code) && existsSync(join(pagesFolder(), `${code}.md`));

export const readPage = (code: string): string | undefined =>
  isKnownCode(code) ? readFileSync(join(pagesFolder(), `${code}.md`), 'utf8') : undefined;

export function allCodes(): readonly string[] {
  const root = pagesFolder();
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders
    .flatMap((folder) => readdirSync(join(root, folder.name)).map((file) => `${folder.name}/${file}`))
    .filter((path) => path.endsWith('.md'))
    .map((path) => path.slice(0, -'.md'.length))
    .sort();
}

/** The code that was probably meant; the part behind the slash alone will do. */
export function nearestCode(typed: string): string | undefined {
  const codes = allCodes();
  const named = codes.filter((code) => code.endsWith(`/${typed.slice(typed.indexOf('/') + 1)}`));
  return named.length === 1 ? named[0] : suggest(typed, codes);
}
