/**
 * Where an output really goes. A checkout may have laid a link there that leads to a file of the user, and so may a neighbour in a
 * folder that everybody writes to; a link that the user put anywhere else is followed.
 */
import { lstatSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import { isInside, isTooWide } from '../sandbox/host-view.ts';
import { followLinks, type Link, type Place } from './links.ts';
import { checkoutAround, type ScenarioTree } from './scenario-tree.ts';

export interface PlaceRefused {
  readonly reason: string;
  readonly remedy: string;
}

/** `path` is absolute; `trees` are those of what the command was given. Throws, as the system does, for links that go round in a circle. */
export function outputPlace(path: string, trees: readonly ScenarioTree[]): Place | PlaceRefused {
  const { links, ...place } = followLinks(path);
  for (const link of links) {
    const refused = judgeLink(link, place.path, trees);
    if (refused) return refused;
  }
  return place;
}

function judgeLink(link: Link, to: string, trees: readonly ScenarioTree[]): PlaceRefused | undefined {
  const at = join(link.folder, link.name);
  const tree = treeAround(link.folder, trees);
  const remedy = `if that is what you want, name the file itself: \`${to}\`; else remove the link`;
  if (tree !== undefined && !isInside(to, tree))
    return { reason: `the link \`${at}\` in the scenario's tree leads out of it`, remedy };
  if (tree !== undefined && to.slice(tree.length).split(sep).includes('.git'))
    return { reason: `the link \`${at}\` in the scenario's tree leads into its \`.git\``, remedy };
  if (isOfNeighbour(link))
    return { reason: `the link \`${at}\` belongs to another user, in a folder that everybody may write to`, remedy };
  return undefined;
}

/** The tree that a folder lies in. A home is nobody's checkout, and what lies in it is the user's. */
function treeAround(folder: string, trees: readonly ScenarioTree[]): string | undefined {
  const given = trees.find((tree) => isInside(folder, tree.folder) && !isTooWide(tree.folder));
  return given?.folder ?? checkoutAround(folder);
}

/** As the kernel has it where links are protected, which it is not asked for here. */
function isOfNeighbour({ folder, stat }: Link): boolean {
  const around = lstatSync(folder);
  return (around.mode & 0o002) !== 0 && stat.uid !== process.geteuid?.() && stat.uid !== around.uid;
}

/** The folder and the name in it. */
export const partsOf = ({ path }: Place): { readonly folder: string; readonly name: string } => ({
  folder: dirname(path),
  name: basename(path),
});
