/** `check FOLDER`: which of the manifests below a folder are scenarios of their own. */
import { pathToFileURL } from 'node:url';
import { isScenarioFile } from '../adapters/files/manifest-finder.ts';
import { compareText } from '../base/order.ts';
import { normalUrl, plainFileUrl } from '../language/urls.ts';
import type { Document, DocumentStore } from '../phases/2-resolve/document-store.ts';

/** URL of a file as the resolver spells it. */
export const fileUrl = (path: string): string => plainFileUrl(path) ?? normalUrl(pathToFileURL(path));

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
 * The files that no other one names, in the order of `paths`: each is the root of a scenario. Where manifests name each
 * other in a circle that nothing leads into, the first of them. A file that is called `scenario.*` counts, whatever is in it.
 * O(files + references).
 */
export async function rootsAmong(
  paths: readonly string[],
  documentsOf: (root: string) => DocumentStore,
): Promise<Roots> {
  const named = new Map<string, readonly string[]>();
  const found = await Promise.all(
    paths.map(async (path) => {
      const url = fileUrl(path);
      return [url, await documentsOf(url).get(url)] as const;
    }),
  );
  const others = new Map<string, Document>();
  for (const [url, document] of found) {
    if (!document.claims && !isScenarioFile(url)) {
      others.set(url, document);
      continue;
    }
    const urls = [...document.references.map((reference) => reference.url), ...document.mentions];
    named.set(
      url,
      urls.filter((other) => other !== url),
    );
  }
  const targets = new Set([...named.values()].flat());
  const roots = [...named.keys()].filter((url) => !targets.has(url));
  const reached = new Set<string>();
  for (const root of roots) reach(root, named, reached);
  const unreached = [...named.keys()].filter((url) => !reached.has(url));
  for (const url of unreached.sort(byDepth)) {
    if (reached.has(url)) continue;
    roots.push(url);
    reach(url, named, reached);
  }
  const guessed = new Set(found.flatMap(([url, { guesses = [] }]) => guesses.filter((other) => other !== url)));
  const parts = new Set(roots.filter((url) => guessed.has(url) && !isScenarioFile(url)));
  const order = new Map([...named.keys()].map((url, i) => [url, i]));
  return { roots: roots.sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0)), named: targets, parts, others };
}

function reach(start: string, named: ReadonlyMap<string, readonly string[]>, reached: Set<string>): void {
  const open = [start];
  for (let url = open.pop(); url !== undefined; url = open.pop()) {
    if (reached.has(url)) continue;
    reached.add(url);
    open.push(...(named.get(url) ?? []));
  }
}

const depth = (url: string): number => url.split('/').length;
const byDepth = (a: string, b: string): number => depth(a) - depth(b) || compareText(a, b);
