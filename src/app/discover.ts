/** `check FOLDER`: which of the manifests below a folder are scenarios of their own. */
import { pathToFileURL } from 'node:url';
import { isScenarioFile } from '../adapters/files/manifest-finder.ts';
import { compareText } from '../base/order.ts';
import { isPlainReference, normalUrl, plainFileUrl } from '../language/urls.ts';
import type { Document, DocumentStore } from '../phases/2-resolve/document-store.ts';

/** URL of a file as the resolver spells it. */
export const fileUrl = (path: string): string => plainFileUrl(path) ?? normalUrl(pathToFileURL(path));

/** The same for paths below a folder, which is looked at once. */
export function fileUrlsIn(folder: string, placeOf: (path: string) => string): (path: string) => string {
  const base = plainFileUrl(folder);
  return (path) => (base !== undefined && isPlainReference(path) ? `${base}/${path}` : fileUrl(placeOf(path)));
}

export interface Roots {
  /** URLs. */
  readonly roots: readonly string[];
  /** URLs that some manifest names; whether they can be read is found out with it. */
  readonly named: ReadonlySet<string>;
  /** Roots that are probably parts of a scenario whose own file cannot be parsed. */
  readonly parts: ReadonlySet<string>;
  /** What turned out to be no manifest, by URL. */
  readonly others: ReadonlyMap<string, Document>;
}

/**
 * The files that no other one names, in the order of `urls`: each is the root of a scenario. Where manifests name each
 * other in a circle that nothing leads into, the first of them. A file that is called `scenario.*` counts, whatever is in it.
 * O(files + references).
 */
export async function rootsAmong(
  urls: readonly string[],
  documentsOf: (root: string) => DocumentStore,
): Promise<Roots> {
  const named = new Map<string, readonly string[]>();
  const asked = urls.map((url) => ({ url, document: documentsOf(url).get(url) }));
  const found: { readonly url: string; readonly document: Document }[] = [];
  for (const { url, document } of asked)
    found.push({ url, document: document instanceof Promise ? await document : document });
  const strangers = new Map<string, Document>();
  const targets = new Set<string>();
  for (const { url, document } of found) {
    if (!document.claims && !isScenarioFile(url)) {
      strangers.set(url, document);
      continue;
    }
    const others: string[] = [];
    for (const reference of document.references) if (reference.url !== url) others.push(reference.url);
    for (const other of document.mentions) if (other !== url) others.push(other);
    named.set(url, others);
    for (const other of others) targets.add(other);
  }
  const roots = [...named.keys()].filter((url) => !targets.has(url));
  const reached = new Set<string>();
  for (const root of roots) reach(root, named, reached);
  const circles = [...named.keys()].filter((url) => !reached.has(url));
  for (const url of circles.sort(byDepth)) {
    if (reached.has(url)) continue;
    roots.push(url);
    reach(url, named, reached);
  }
  const guessed = new Set<string>();
  for (const { url, document } of found)
    for (const other of document.guesses ?? []) if (other !== url) guessed.add(other);
  const parts = new Set(roots.filter((url) => guessed.has(url) && !isScenarioFile(url)));
  return { roots: circles.length === 0 ? roots : inOrder(roots, named), named: targets, parts, others: strangers };
}

/** Of the search. */
function inOrder(roots: readonly string[], named: ReadonlyMap<string, unknown>): readonly string[] {
  const wanted = new Set(roots);
  return [...named.keys()].filter((url) => wanted.has(url));
}

function reach(start: string, named: ReadonlyMap<string, readonly string[]>, reached: Set<string>): void {
  const open = [start];
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    if (reached.has(url)) continue;
    reached.add(url);
    for (const other of named.get(url) ?? []) open.push(other);
  }
}

const depth = (url: string): number => url.split('/').length;
const byDepth = (a: string, b: string): number => depth(a) - depth(b) || compareText(a, b);
