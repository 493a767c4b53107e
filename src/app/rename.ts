/** Sources are named from the root manifest's folder; people and tools on the command line want them from the current one. */
import { relative, resolve, sep } from 'node:path';
import type { Location } from '../base/span.ts';
import type { Sources } from '../base/text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Fix } from '../diagnostics/fix.ts';
import { localPath } from './local-path.ts';

export type Rename = (file: string) => string;

const unchanged: Rename = (file) => file;

const isUrl = (file: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(file);

export function createRenamer(baseDir: string, cwd: string): Rename {
  const folder = localPath(baseDir);
  if (folder === undefined || resolve(folder) === resolve(cwd)) return unchanged;
  return (file) => (isUrl(file) ? file : relative(cwd, resolve(folder, file)).split(sep).join('/'));
}

const renameLocation = (at: Location, rename: Rename): Location => ({ ...at, file: rename(at.file) });

const renameFix = (fix: Fix, rename: Rename): Fix => ({
  ...fix,
  edits: fix.edits.map((edit) => ({ ...edit, at: renameLocation(edit.at, rename) })),
});

export function renameDiagnostic(d: Diagnostic, rename: Rename): Diagnostic {
  return {
    ...d,
    ...(d.at ? { at: renameLocation(d.at, rename) } : {}),
    related: d.related.map((related) => ({ ...related, at: renameLocation(related.at, rename) })),
    ...(d.fixes ? { fixes: d.fixes.map((fix) => renameFix(fix, rename)) } : {}),
  };
}

export const renameSources = (sources: Sources, rename: Rename): Sources =>
  rename === unchanged
    ? sources
    : new Map(
        [...sources].map(([file, source]) => {
          const name = rename(file);
          return [name, name === file ? source : { ...source, file: name }];
        }),
      );

export const renameFiles = (files: ReadonlySet<string>, rename: Rename): ReadonlySet<string> =>
  rename === unchanged ? files : new Set([...files].map(rename));
