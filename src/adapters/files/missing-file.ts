/** What somebody who named a file that is not there may have meant. */
import { opendir, stat } from 'node:fs/promises';
import { basename, dirname, extname, relative, sep } from 'node:path';
import { suggest } from '../../base/suggest.ts';

/** A folder of thousands is not worth the wait for a hint. */
const MOST_ENTRIES = 2_000;
/** Longer lists are not read. */
const MOST_NAMED = 4;
const MANIFEST = /\.(?:ya?ml|json5?)$/;
/** Root manifests name others and are named by none; settings and tests are no manifests. */
const NO_CHILD = /^(?:scenario|root|headgate)\.|\.policy-test\./;

/** A folder or file of nearly that name; else what there is of this kind. */
export async function helpForMissing(path: string): Promise<string | undefined> {
  const folder = await missingFolder(path);
  if (folder) {
    const near = suggest(folder.name, (await entriesOf(folder.above))?.folders ?? []);
    return `there is no folder \`${folder.name}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
  }
  const files = (await entriesOf(dirname(path)))?.files;
  if (!files) return undefined;
  const near = nearest(basename(path), files);
  return near === undefined ? listed(basename(path), files) : `did you mean \`${near}\`, in the same folder?`;
}

/** The highest folder of the path that is not there. */
async function missingFolder(path: string): Promise<{ readonly above: string; readonly name: string } | undefined> {
  let missing: string | undefined;
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const there = await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    );
    if (there) {
      const [name] = missing === undefined ? [] : relative(folder, missing).split(sep);
      return name === undefined ? undefined : { above: folder, name };
    }
    if (folder === dirname(folder)) return undefined;
    missing = folder;
  }
}

async function entriesOf(
  folder: string,
): Promise<{ readonly files: readonly string[]; readonly folders: readonly string[] } | undefined> {
  const files: string[] = [];
  const folders: string[] = [];
  try {
    for await (const entry of await opendir(folder)) {
      (entry.isDirectory() ? folders : files).push(entry.name);
      if (files.length + folders.length > MOST_ENTRIES) return undefined;
    }
  } catch {
    return undefined;
  }
  return { files: files.sort(), folders: folders.sort() };
}

const stemOf = (name: string): string => basename(name, extname(name));

/** The same name with another ending before a mistyped one. */
function nearest(wanted: string, names: readonly string[]): string | undefined {
  const stem = stemOf(wanted);
  const same = names.find((name) => stemOf(name) === stem);
  if (same !== undefined) return same;
  const near = suggest(wanted, names);
  // What two names have in common must be more than their ending.
  return near !== undefined && suggest(stem, [stemOf(near)]) === undefined ? undefined : near;
}

function listed(wanted: string, names: readonly string[]): string | undefined {
  const alike = names.filter((name) =>
    MANIFEST.test(wanted) ? MANIFEST.test(name) && !NO_CHILD.test(name) : extname(name) === extname(wanted),
  );
  if (alike.length === 0) return undefined;
  const shown = alike.slice(0, MOST_NAMED).map((name) => `\`${name}\``);
  const more = alike.length > MOST_NAMED ? ` and ${alike.length - MOST_NAMED} more` : '';
  return `its folder has ${shown.join(', ')}${more}`;
}
