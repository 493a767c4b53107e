/** What a command line argument means: a manifest, a folder that holds one, a bundle, or a URL. */
import { readdirSync, type Stats } from 'node:fs';
import { open, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { helpForMissing } from '../adapters/files/missing-file.ts';
import { suggest } from '../base/suggest.ts';
import type { Sources } from '../base/text.ts';
import * as D from '../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { indexName } from '../language/bundle/format.ts';
import { irSchema } from '../language/scenario-ir/format.ts';
import type { Loader } from '../ports/loader.ts';
import { localPath } from './local-path.ts';

export interface Input {
  readonly url: string;
  /** URL of the folder that sources are named from; ends with `/`. */
  readonly baseDir: string;
  /** The file is a scenario IR. */
  readonly ir?: true;
  /** Of a bundle, which is read from nowhere else. */
  readonly loader?: Loader;
  /** Name of a source → path of the file in the bundle that holds it, from the current folder. */
  readonly rename?: (file: string) => string;
  /** Further files that the input is made of, by path from the current folder. */
  readonly sources?: Sources;
}

export interface NoInput {
  /** The first, or the only one. */
  readonly diagnostic: Diagnostic;
  /** All of them, where there may be several; they lie in `sources`. */
  readonly diagnostics?: readonly Diagnostic[];
  readonly sources?: Sources;
}

/** In the order in which a folder is searched; YAML and JSON5 have equal rights, and people write YAML more often. */
export const rootNames: readonly string[] = ['scenario', 'root'].flatMap((stem) =>
  ['yaml', 'yml', 'json5', 'json'].map((ending) => `${stem}.${ending}`),
);

export async function findInput(argument: string, cwd: string): Promise<Input | NoInput> {
  if (/^(https?|file):/i.test(argument) && URL.canParse(argument)) {
    const url = new URL(argument).href;
    const local = localPath(url);
    return local !== undefined && (await isScenarioIr(local)) ? { ...fromUrl(url), ir: true } : fromUrl(url);
  }
  const path = resolve(cwd, argument);
  const found = await statOf(path);
  // Anything but "not there" is left to the loader, which says why.
  if (found === 'missing') {
    const near = neighbour(path, argument);
    const help = near === undefined ? await helpForMissing(path) : undefined;
    return { diagnostic: D.inputNotFound({ path: argument, near }, { help }) };
  }
  if (found === 'unknown') return fromUrl(pathToFileURL(path).href);
  if (!found.isDirectory()) return fromFile(path, cwd, found);
  const bundle = (await statOf(join(path, indexName))) === 'missing' ? undefined : await fromBundle(path, cwd);
  if (bundle?.claims) return bundle.found;
  for (const name of rootNames) {
    const inside = await statOf(join(path, name));
    if (typeof inside === 'object' && inside.isFile()) return fromUrl(pathToFileURL(join(path, name)).href);
  }
  return bundle?.found ?? { diagnostic: D.noScenarioInDirectory({ path: argument }, {}) };
}

async function fromFile(path: string, cwd: string, found: Stats): Promise<Input | NoInput> {
  if (basename(path) === indexName) {
    const bundle = await fromBundle(dirname(path), cwd);
    if (bundle.claims) return bundle.found;
  }
  const input = fromUrl(pathToFileURL(path).href);
  return found.isFile() && (await isScenarioIr(path)) ? { ...input, ir: true } : input;
}

async function fromBundle(
  folder: string,
  cwd: string,
): Promise<{ readonly claims: boolean; readonly found: Input | NoInput }> {
  const shown = relative(cwd, folder).split(sep).join('/');
  const { openBundle } = await import('../adapters/loaders/bundle-loader.ts');
  const { bundle, claims, diagnostics, sources } = await openBundle(folder, shown);
  const [diagnostic] = diagnostics;
  if (diagnostic || !bundle) return { claims, found: { diagnostic: diagnostic as Diagnostic, diagnostics, sources } };
  const { rootUrl, baseDir, loader, files } = bundle;
  return { claims, found: { url: rootUrl, baseDir, loader, sources, rename: (file) => files.get(file) ?? file } };
}

/** Said by its first lines, as both compilers write them, or by its whole where the keys were sorted. */
async function isScenarioIr(path: string): Promise<boolean> {
  try {
    const handle = await open(path);
    try {
      if (!(await handle.stat()).isFile()) return false;
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(256), 0, 256, 0);
      const head = buffer.toString('utf8', 0, bytesRead);
      if (/^\s*\{\s*"schema"\s*:\s*"amber\.scenario\.ir"/.test(head)) return true;
      return path.endsWith('.json') && /^\s*\{/.test(head) && namesIr(await readFile(path, 'utf8'));
    } finally {
      await handle.close();
    }
  } catch {
    // The loader says why.
    return false;
  }
}

function namesIr(text: string): boolean {
  if (!text.includes(`"${irSchema}"`)) return false;
  try {
    return (JSON.parse(text) as { readonly schema?: unknown } | null)?.schema === irSchema;
  } catch {
    return false;
  }
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
export function neighbour(path: string, argument: string): string | undefined {
  try {
    const near = suggest(basename(path), readdirSync(dirname(path)));
    return near === undefined ? undefined : join(dirname(argument), near);
  } catch {
    return undefined;
  }
}
