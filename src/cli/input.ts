/** What a command line argument means: a manifest, a folder that holds one, or a URL. */
import { readdirSync, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suggest } from '../base/suggest.ts';
import * as D from '../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';

export interface Input {
  readonly url: string;
  /** URL of the folder that sources are named from; ends with `/`. */
  readonly baseDir: string;
}

/** In the order in which a folder is searched; YAML and JSON5 have equal rights, and people write YAML more often. */
export const rootNames: readonly string[] = ['scenario', 'root'].flatMap((stem) =>
  ['yaml', 'yml', 'json5', 'json'].map((ending) => `${stem}.${ending}`),
);

export async function findInput(argument: string, cwd: string): Promise<Input | { readonly diagnostic: Diagnostic }> {
  if (/^(https?|file):/i.test(argument) && URL.canParse(argument)) return fromUrl(new URL(argument).href);
  const path = resolve(cwd, argument);
  const found = await statOf(path);
  // Anything but "not there" is left to the loader, which says why.
  if (found === 'missing')
    return { diagnostic: D.inputNotFound({ path: argument, near: neighbour(path, argument) }, {}) };
  if (found === 'unknown' || !found.isDirectory()) return fromUrl(pathToFileURL(path).href);
  for (const name of rootNames) {
    const inside = await statOf(join(path, name));
    if (typeof inside === 'object' && inside.isFile()) return fromUrl(pathToFileURL(join(path, name)).href);
  }
  return { diagnostic: D.noScenarioInDirectory({ path: argument }, {}) };
}

const fromUrl = (url: string): Input => ({ url, baseDir: new URL('.', url).href });

async function statOf(path: string): Promise<Stats | 'missing' | 'unknown'> {
  try {
    return await stat(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'missing' : 'unknown';
  }
}

/** A name in the same folder that may have been meant. */
function neighbour(path: string, argument: string): string | undefined {
  try {
    const near = suggest(basename(path), readdirSync(dirname(path)));
    return near === undefined ? undefined : join(dirname(argument), near);
  } catch {
    return undefined;
  }
}
