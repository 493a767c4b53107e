/** Sources are named from the root manifest's folder; people and tools on the command line want them from the current one. */
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Location } from '../base/span.ts';
import type { Sources } from '../base/text.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

export type Rename = (file: string) => string;

const isUrl = (file: string): boolean => /^[a-z][a-z0-9+.-]*:\/\//i.test(file);

export function createRenamer(baseDir: string, cwd: string): Rename {
  const folder = folderOf(baseDir);
  if (folder === undefined) return (file) => file;
  return (file) => (isUrl(file) ? file : relative(cwd, resolve(folder, file)).split(sep).join('/'));
}

/** Undefined for what is no folder of this machine. */
function folderOf(url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}

const renameLocation = (at: Location, rename: Rename): Location => ({ ...at, file: rename(at.file) });

export function renameDiagnostic(d: Diagnostic, rename: Rename): Diagnostic {
  return {
    ...d,
    ...(d.at ? { at: renameLocation(d.at, rename) } : {}),
    related: d.related.map((related) => ({ ...related, at: renameLocation(related.at, rename) })),
  };
}

export const renameSources = (sources: Sources, rename: Rename): Sources =>
  new Map([...sources].map(([file, source]) => [rename(file), { ...source, file: rename(file) }]));
