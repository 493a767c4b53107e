/** What `check` is told to look at: manifests, URLs, standard input, bundles, and folders with everything in them. */
import { stat } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { type FoundFiles, findManifestFiles } from '../adapters/files/manifest-finder.ts';
import { sortedBy } from '../base/order.ts';
import { at } from '../base/span.ts';
import type { Sources, SourceText } from '../base/text.ts';
import * as D from '../diagnostics/catalogue/cli.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { displayName } from '../language/urls.ts';
import type { Document, DocumentStore } from '../phases/2-resolve/document-store.ts';
import type { LeftOut } from './checked.ts';
import { fileUrl, fileUrlsIn, rootsAmong } from './discover.ts';
import { findInput, type Input } from './input.ts';
import { folderUrl } from './session.ts';

export interface Inputs {
  /** Each scenario once. */
  readonly inputs: readonly Input[];
  /** URLs of those that are parts of a scenario which cannot be parsed: checked as far as they can be, and not counted. */
  readonly parts?: ReadonlySet<string>;
  readonly diagnostics: readonly Diagnostic[];
  /** Texts that the diagnostics show. */
  readonly sources: Sources;
  /** Of the folders that were searched; absent when none was. */
  readonly leftOut?: readonly LeftOut[];
}

export interface InputsContext {
  readonly cwd: string;
  /** Of the scenario with this root, by URL. */
  readonly documentsOf: (root: string) => DocumentStore;
  /** What the settings of a folder exclude; paths are absolute. */
  readonly excluded: (folder: string) => Promise<(path: string) => boolean>;
  /** Told the bytes of what a search has read, by URL, and whether that led to no link. */
  readonly onRead: (url: string, bytes: Uint8Array, isItself: boolean) => void;
  /** Told each file and folder of the search. */
  readonly looked?: ((path: string) => void) | undefined;
  /** What `-` stands for. */
  readonly stdin: Input | undefined;
}

export async function findInputs(paths: readonly string[], ctx: InputsContext): Promise<Inputs> {
  const inputs = new Map<string, Input>();
  const diagnostics: Diagnostic[] = [];
  const sources = new Map<string, SourceText>();
  const leftOut = new Map<string, LeftOut>();
  const parts = new Set<string>();
  let searched = false;
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
    const place = resolve(ctx.cwd, path);
    ctx.looked?.(place);
    const folder = await isFolder(place);
    const found = folder ? await inFolder(path, ctx) : await single(path, ctx.cwd);
    for (const input of found.inputs) add(input);
    diagnostics.push(...found.diagnostics);
    for (const [file, source] of found.sources) sources.set(file, source);
    searched ||= found.leftOut !== undefined;
    for (const one of found.leftOut ?? []) leftOut.set(one.file, one);
    for (const url of found.parts ?? []) parts.add(url);
  }
  // Named by itself, or found through another folder.
  for (const { url } of inputs.values()) leftOut.delete(shownFrom(ctx.cwd, url));
  const left = searched ? { leftOut: sortedBy(leftOut.values(), ({ file }) => file) } : {};
  return { inputs: [...inputs.values()], parts, diagnostics, sources, ...left };
}

const shownFrom = (cwd: string, url: string): string => displayName(url, folderUrl(cwd));

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
  // What is found needs no cleaning, and there may be many of them.
  const isPlain = sep === '/' && folder !== sep;
  const placeOf = (path: string): string => (isPlain && path !== '' ? `${folder}/${path}` : join(folder, path));
  const urlOf = fileUrlsIn(folder, placeOf);
  const found = await findManifestFiles(folder, {
    excluded: (path) => skip(placeOf(path)),
    looked: (path) => ctx.looked?.(placeOf(path)),
    onRead: (path, bytes, isItself) => ctx.onRead(urlOf(path), bytes, isItself),
  });
  const { roots, named, parts, others } = await rootsAmong(
    [...found.manifests, ...found.further].map(urlOf),
    ctx.documentsOf,
  );
  const diagnostics: Diagnostic[] = found.unreadable
    .filter(({ path }) => !named.has(fileUrl(join(folder, path))))
    .map(({ path, reason }) => D.unreadablePath({ path: join(shown, path), reason }, {}));
  const inputs: Input[] = [];
  const sources = new Map<string, SourceText>();
  const take = (one: Inputs): void => {
    inputs.push(...one.inputs);
    diagnostics.push(...one.diagnostics);
    for (const [file, source] of one.sources) sources.set(file, source);
  };
  for (const url of roots) {
    const document = ctx.documentsOf(url).peek(url);
    // What is called `scenario.json` may be what a compiler wrote.
    if (document?.claims === false) take(await single(shownFrom(ctx.cwd, url), ctx.cwd));
    else inputs.push({ url, baseDir: new URL('.', url).href });
  }
  for (const bundle of found.bundles) take(await single(relative(ctx.cwd, join(folder, bundle)) || '.', ctx.cwd));
  const unnamed = [...others].filter(([url]) => !named.has(url));
  for (const [, { source, alike }] of unnamed) {
    if (!source || !alike) continue;
    diagnostics.push(D.unversionedManifest({ path: source.file }, { at: at(source.file, alike), label: LOOKS }));
    sources.set(source.file, source);
  }
  // Nothing is searched in a bundle.
  const left = found.bundles.includes('') ? {} : { leftOut: leftOutOf(found, unnamed, folder, ctx.cwd) };
  if (inputs.length > 0 || diagnostics.length > 0) return { inputs, parts, diagnostics, sources, ...left };
  // A root manifest by its name, which lacks the field that every manifest has.
  const byName = await findInput(shown, ctx.cwd);
  if (!('diagnostic' in byName)) return { inputs: [byName], diagnostics, sources, ...left };
  return { inputs, diagnostics: [D.nothingToCheck({ path: shown }, {})], sources, ...left };
}

/** They may hold manifests, and `policy test` reads them. */
const POLICY_TEST = /\.policy-test\.(?:ya?ml|json5?)$/;
const LOOKS = 'looks like a manifest from here on';

/** Files that have something of a manifest, and are none; the many others of a folder are not worth a word. */
function leftOutOf(
  found: FoundFiles,
  unnamed: readonly (readonly [url: string, Document])[],
  folder: string,
  cwd: string,
): readonly LeftOut[] {
  const further = new Set(found.further.map((path) => fileUrl(join(folder, path))));
  const files = unnamed.flatMap(([url, { alike }]): readonly LeftOut[] => {
    if (!alike && (further.has(url) || POLICY_TEST.test(url))) return [];
    const reason = alike ? 'it has no `manifest_version`' : 'it is not a manifest';
    return [{ file: shownFrom(cwd, url), reason }];
  });
  const excluded = found.excluded.map((path) => ({
    file: shownFrom(cwd, fileUrl(join(folder, path))),
    reason: 'the settings exclude it',
  }));
  return [...files, ...excluded];
}

/** Standard input under a name of its own, or in the place of a file. */
export const stdinInput = (cwd: string, file: string | undefined): Input => {
  const url = fileUrl(resolve(cwd, file ?? '<stdin>'));
  return { url, baseDir: new URL('.', url).href };
};
