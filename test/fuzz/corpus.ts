/** What is mutated: every scenario of the project with all its files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadCatalogue } from '../support/catalogue.ts';
import { goldenCases, goldenFolder } from '../support/golden.ts';
import { filesBelow, findRoot, isInput } from '../support/harness.ts';
import { examplesOf, fencesOf, pageCodes, pagesFolder } from '../support/pages.ts';
import type { KnownCodes } from './oracle.ts';

export interface FuzzCase {
  /** Where it was found. */
  readonly name: string;
  /** By relative path; `answers/<use>.json` is what a policy answers. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly root: string;
}

/** Larger files would only make every input slow; the limits of sizes have tests of their own. */
const maxFileBytes = 64 * 1024;

export function readCorpus(): readonly FuzzCase[] {
  const folders = [
    ...goldenCases(() => true).map((name) => `${goldenFolder}/${name}`),
    ...['examples', 'templates', 'manifests'].flatMap(foldersIn),
  ];
  return [...folders.flatMap(caseIn), ...documentCases()];
}

const foldersIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => `${folder}/${entry.name}`)
        .sort()
    : [];

function caseIn(folder: string): readonly FuzzCase[] {
  const paths = filesBelow(folder).filter((path) => isInput(path) || path.startsWith('answers/'));
  const files = new Map<string, Uint8Array>();
  for (const path of paths) {
    const bytes = new Uint8Array(readFileSync(join(folder, path)));
    if (bytes.length <= maxFileBytes) files.set(path, bytes);
  }
  const root =
    findRoot(files.keys()) ??
    [...files.keys()].find((path) => /(?:^|\/)(?:bundle\.json|manifest\.(?:ya?ml|json5?))$/.test(path));
  return root === undefined ? [] : [{ name: folder, files, root }];
}

function documentCases(): readonly FuzzCase[] {
  const encoder = new TextEncoder();
  const pages = filesBelow(pagesFolder).filter((path) => path.endsWith('.md'));
  return pages.flatMap((path) => {
    const examples = examplesIn(readFileSync(join(pagesFolder, path), 'utf8'));
    return examples.map(({ files, answers, root, line }) => {
      const all = new Map<string, Uint8Array>();
      for (const [name, text] of files) all.set(name, typeof text === 'string' ? encoder.encode(text) : text);
      for (const [use, answer] of answers)
        if ('text' in answer) all.set(`answers/${use}.json`, encoder.encode(answer.text));
      return { name: `${pagesFolder}/${path}:${line}`, files: all, root };
    });
  });
}

function examplesIn(page: string): ReturnType<typeof examplesOf> {
  const fences = fencesOf(page);
  const first = fences.findIndex(({ info }) => /^(?:scenario|root)\.(?:ya?ml|json5?)$/.test(info));
  if (first < 0) return [];
  const named = fences.slice(first).filter(({ info }) => /^[\w./-]+\.\w+$/.test(info));
  try {
    return examplesOf(named);
  } catch {
    // A page that is being written; test/tidy tells of it.
    return [];
  }
}

/** Workers get one: files that change meanwhile must not change what an input is, nor what is known of codes. */
export interface Snapshot {
  readonly corpus: readonly FuzzCase[];
  readonly known: KnownCodes;
}

export async function takeSnapshot(corpus: readonly FuzzCase[] = readCorpus()): Promise<Snapshot> {
  const declared = new Set((await loadCatalogue()).map(({ definition }) => definition.code));
  return { corpus, known: { declared, pages: new Set(pageCodes()) } };
}

export const packSnapshot = ({ corpus, known }: Snapshot): string =>
  JSON.stringify({
    declared: [...known.declared],
    pages: [...known.pages],
    corpus: corpus.map(({ name, root, files }) => ({
      name,
      root,
      files: [...files].map(([path, bytes]) => [path, Buffer.from(bytes).toString('base64')]),
    })),
  });

interface Packed {
  readonly declared: readonly string[];
  readonly pages: readonly string[];
  readonly corpus: readonly {
    readonly name: string;
    readonly root: string;
    readonly files: readonly (readonly [string, string])[];
  }[];
}

export function unpackSnapshot(text: string): Snapshot {
  const { declared, pages, corpus } = JSON.parse(text) as Packed;
  return {
    known: { declared: new Set(declared), pages: new Set(pages) },
    corpus: corpus.map(({ name, root, files }) => ({
      name,
      root,
      files: new Map(files.map(([path, base64]) => [path, new Uint8Array(Buffer.from(base64, 'base64'))])),
    })),
  };
}
