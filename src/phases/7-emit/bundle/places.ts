/**
 * The URLs of a bundle. What came from files gets `bundle:` URLs that start at the highest folder any relative reference climbs
 * to, so that a bundle tells nothing of the machine it was made on; http(s) URLs, and `file:` URLs in the text of a manifest, stay.
 * References are never rewritten (they are part of the digest), so each place is found as the reader will find it: by joining the
 * text of the reference onto the place of its manifest.
 */
import { invariant } from '../../../base/invariant.ts';
import type { TreeDocument } from '../../../ir/tree.ts';
import type { ProgramFile } from '../../../language/program/program-files.ts';
import { bundleScheme, isFileUrl, joinReference } from '../../../language/urls.ts';

export interface Places {
  readonly rootUrl: string;
  /** By URL in the bundle. A manifest may have several. */
  readonly documents: ReadonlyMap<string, TreeDocument>;
}

/** `documents` as the tree has them: the root first. O(references). */
export function placeDocuments(
  documents: readonly TreeDocument[],
  programs: readonly Pick<ProgramFile, 'manifest' | 'path'>[],
): Places {
  const byUrl = new Map(documents.map((document) => [document.requested, document]));
  const [root] = documents;
  invariant(root, 'a tree has a root');
  const folder = isFileUrl(root.requested)
    ? foldersOf(root.requested).slice(0, anchorDepth(root, byUrl, programs))
    : [];
  // An absolute path in a text may lead where a shortened one does. Whole paths never meet.
  const places = walk(root, folder.length, byUrl) ?? walk(root, 0, byUrl);
  invariant(places, 'two manifests of a bundle have one URL');
  return places;
}

/** Where a server sent on to, when it did. */
export const redirectOf = (place: string, { loaded, requested }: TreeDocument): string | undefined =>
  isPathUrl(place) || loaded.url === requested ? undefined : loaded.url;

/** Where the relative references of a manifest at this place of the bundle start. */
export const baseOf = (place: string, document: TreeDocument): string => redirectOf(place, document) ?? inside(place);

const inside = (url: string): string => url.replace(/^file:/, bundleScheme);
const isPathUrl = (url: string): boolean => isFileUrl(url) || url.startsWith(bundleScheme);
const foldersOf = (url: string): readonly string[] => new URL(url).pathname.split('/').slice(1, -1);

/** Undefined when two manifests would get one URL. */
function walk(root: TreeDocument, dropped: number, byUrl: ReadonlyMap<string, TreeDocument>): Places | undefined {
  const rootUrl = isFileUrl(root.requested)
    ? `${bundleScheme}///${new URL(root.requested).pathname
        .split('/')
        .slice(1 + dropped)
        .join('/')}`
    : root.requested;
  const documents = new Map([[rootUrl, root]]);
  for (const [place, document] of documents) {
    const base = baseOf(place, document);
    for (const { text, url } of document.references) {
      const joined = joinReference(text, base);
      const child = byUrl.get(url);
      if (!child || !('url' in joined)) continue;
      const other = documents.get(joined.url);
      if (other && other !== child) return undefined;
      documents.set(joined.url, child);
    }
  }
  return { rootUrl, documents };
}

/** How many folders of the root's path nothing climbs out of. */
function anchorDepth(
  root: TreeDocument,
  byUrl: ReadonlyMap<string, TreeDocument>,
  programs: readonly Pick<ProgramFile, 'manifest' | 'path'>[],
): number {
  const started = new Map<string, string[]>();
  for (const { manifest, path } of programs) started.set(manifest, [...(started.get(manifest) ?? []), path]);
  let depth = foldersOf(root.requested).length;
  const family = new Set([root]);
  for (const document of family) {
    const own = foldersOf(document.loaded.url).length;
    const paths = [
      ...document.references.map(({ text }) => text),
      ...document.sidecars.keys(),
      ...(started.get(document.loaded.url) ?? []),
    ];
    for (const path of paths) if (isRelative(path)) depth = Math.min(depth, lowest(path, own));
    for (const { text, url } of document.references) {
      const child = byUrl.get(url);
      if (child && isRelative(text)) family.add(child);
    }
  }
  return depth;
}

const isRelative = (text: string): boolean => !/^[/\\]/.test(text) && !URL.canParse(text);

/** The least depth on the way along a relative path that starts at `depth` folders. */
function lowest(path: string, depth: number): number {
  let least = depth;
  let current = depth;
  for (const step of path.replace(/[?#].*$/s, '').split(/[/\\]/)) {
    if (/^(?:\.|%2e){2}$/i.test(step)) current = Math.max(0, current - 1);
    else if (!/^(?:\.|%2e)?$/i.test(step)) current++;
    least = Math.min(least, current);
  }
  return least;
}
