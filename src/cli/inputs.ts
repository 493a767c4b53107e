/** What `check` is told to look at: manifests, URLs, standard input, bundles, and folders with everything in them. */
import { stat } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { findManifestFiles } from '../adapters/manifest-finder.ts';
import type { Sources, SourceText } from '../base/text.ts';
import * as D from '../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { DocumentStore } from '../phases/2-resolve/document-store.ts';
import { fileUrl, rootsAmong } from './discover.ts';
import { findInput, type Input } from './input.ts';

export interface Inputs {
  /** Each scenario once. */
  readonly inputs: readonly Input[];
  readonly diagnostics: readonly Diagnostic[];
  /** Texts that the diagnostics show. */
  readonly sources: Sources;
}

export interface InputsContext {
  readonly cwd: string;
  readonly documents: DocumentStore;
  /** What the settings of a folder exclude; paths are absolute. */
  readonly excluded: (folder: string) => Promise<(path: string) => boolean>;
  /** Told the bytes of what a search has read, by URL. */
  readonly onRead: (url: string, bytes: Uint8Array) => void;
  /** What `-` stands for. */
  readonly stdin: Input | undefined;
}

export async function findInputs(paths: readonly string[], ctx: InputsContext): Promise<Inputs> {
  const inputs = new Map<string, Input>();
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, SourceText>();
  const add = (input: Input): void => {
    // Every bundle may call its root the same.
    const key = [input.url, ...(input.sources?.keys() ?? [])].join(' ');
    if (!inputs.has(key)) inputs.set(key, input);
  };
  for (const path of paths) {
    if (path === '-' && ctx.stdin) {
      add(ctx.stdin);
      continue;
    }
    const folder = await isFolder(resolve(ctx.cwd, path));
    const found = folder ? await inFolder(path, ctx) : await single(path, ctx.cwd);
    for (const input of found.inputs) add(input);
    diagnostics.push(...found.diagnostics);
    for (const [file, source] of found.sources) sources.set(file, source);
  }
  return { inputs: [...inputs.values()], diagnostics, sources };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

async function single(path: string, cwd: string): Promise<Inputs> {
  const found = await findInput(path, cwd);
  if (!('diagnostic' in found)) return { inputs: [found], diagnostics: [], sources: new Map() };
  const { diagnostic, diagnostics = [diagnostic], sources = new Map() } = found;
  return { inputs: [], diagnostics, sources };
}

async function inFolder(shown: string, ctx: InputsContext): Promise<Inputs> {
  const folder = resolve(ctx.cwd, shown);
  const skip = await ctx.excluded(folder);
  const found = await findManifestFiles(folder, {
    excluded: (path) => skip(join(folder, path)),
    onRead: (path, bytes) => ctx.onRead(fileUrl(join(folder, path)), bytes),
  });
  const { roots, named } = await rootsAmong(
    found.manifests.map((path) => join(folder, path)),
    ctx.documents,
  );
  const diagnostics: Diagnostic[] = found.unreadable
    .filter(({ path }) => !named.has(fileUrl(join(folder, path))))
    .map(({ path, reason }) => D.unreadablePath({ path: join(shown, path), reason }, {}));
  const inputs: Input[] = [];
  const sources = new Map<string, SourceText>();
  for (const url of roots) inputs.push({ url, baseDir: new URL('.', url).href });
  for (const bundle of found.bundles) {
    const one = await single(relative(ctx.cwd, join(folder, bundle)) || '.', ctx.cwd);
    inputs.push(...one.inputs);
    diagnostics.push(...one.diagnostics);
    for (const [file, source] of one.sources) sources.set(file, source);
  }
  if (inputs.length > 0 || diagnostics.length > 0) return { inputs, diagnostics, sources };
  // A root manifest by its name, which lacks the field that every manifest has.
  const byName = await findInput(shown, ctx.cwd);
  if (!('diagnostic' in byName)) return { inputs: [byName], diagnostics, sources };
  return { inputs, diagnostics: [D.nothingToCheck({ path: shown }, {})], sources };
}

/** Standard input under a name of its own, or in the place of a file. */
export const stdinInput = (cwd: string, file: string | undefined): Input => {
  const url = fileUrl(resolve(cwd, file ?? '<stdin>'));
  return { url, baseDir: new URL('.', url).href };
};
