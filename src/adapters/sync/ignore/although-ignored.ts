/** What counts although it is ignored, as work for a scan. */
import type { BytePath, Tree } from '../../../ir/workspace.ts';
import { parentOf } from '../byte-path.ts';

/** Names by the folder that they lie in: these paths, and what is ignored of the folders around them. */
export function workFor(
  wanted: readonly BytePath[],
  ignored: ReadonlySet<BytePath>,
): readonly { readonly path: BytePath; readonly only: readonly string[] }[] {
  const folders = new Map<BytePath, Set<string>>();
  const add = (path: BytePath): void => {
    const folder = parentOf(path);
    const names = folders.get(folder) ?? new Set();
    const isKnown = names.size > 0 && names.has(path.slice(folder === '' ? 0 : folder.length + 1));
    if (isKnown) return;
    folders.set(folder, names.add(path.slice(folder === '' ? 0 : folder.length + 1)));
    // The scan has met what is ignored itself, and everything above that.
    if (!ignored.has(path)) add(folder);
  };
  for (const path of wanted) add(path);
  return [...folders].map(([path, names]) => ({ path, only: [...names].sort() }));
}

/** What a tree holds at and below paths that are ignored by now. */
export function ignoredOf(tree: Tree, ignored: readonly BytePath[]): readonly BytePath[] {
  const known = new Set(ignored.filter((path) => tree.has(path)));
  if (known.size === 0) return [];
  const found: BytePath[] = [];
  for (const path of tree.keys()) {
    for (let at: BytePath = path; at !== ''; at = parentOf(at))
      if (known.has(at)) {
        found.push(path);
        break;
      }
  }
  return found;
}
