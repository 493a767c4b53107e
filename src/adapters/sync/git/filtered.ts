/**
 * Files that a program of the user's makes out of what git has of them, as those of Git LFS. That program is never run here, and is not
 * in the copy: there, such a file differs from what git has, and would be committed as it is. So git is told not to look at it.
 */
import { utimesSync } from 'node:fs';
import { join } from 'node:path';
import type { BytePath } from '../../../ir/workspace.ts';
import type { SyncFault } from '../fault.ts';
import { callGit } from './call.ts';
import { gitFailed } from './faults.ts';
import type { Places } from './locate.ts';
import { filterNames } from './settings.ts';
import { copySmall } from './view.ts';

/** `view` holds a copy of the source's index; `gitDir` is the copy's, with its own. */
export async function holdFiltered(places: Places, view: string, gitDir: string): Promise<SyncFault | undefined> {
  const names = await filterNames(places);
  if (names.size === 0) return undefined;
  copySmall(join(places.commonDir, 'info/attributes'), join(view, 'info/attributes'), 1_048_576);
  const call = { gitDir: view, index: join(view, 'index'), workTree: places.topLevel };
  const files = await callGit({ ...call, args: ['ls-files', '-z'] });
  const attributes = await callGit({ ...call, args: ['check-attr', '-z', '--stdin', 'filter'], input: files.out });
  // By their times alone, also those of this very second: what they hold would have to go through the program first.
  const later = Date.now() / 1000 + 60;
  utimesSync(call.index, later, later);
  const changed = await callGit({ ...call, args: ['diff-files', '--name-only', '-z', '--ignore-submodules=all'] });
  for (const end of [files, attributes, changed])
    if (end.code !== 0) return gitFailed(places.topLevel, 'find the filtered files', end.said);
  const others = new Set(changed.out.toString('latin1').split('\0'));
  const paths = filteredIn(attributes.out, names).filter((path) => !others.has(path));
  if (paths.length === 0) return undefined;
  const input = Buffer.from(paths.map((path) => `${path}\0`).join(''), 'latin1');
  const args = ['update-index', '--assume-unchanged', '-z', '--stdin'];
  const held = await callGit({ gitDir, index: join(gitDir, 'index'), args, input });
  return held.code === 0 ? undefined : gitFailed(places.topLevel, 'hold the filtered files', held.said);
}

/** Path, attribute, value; and again. */
function filteredIn(out: Buffer, names: ReadonlySet<string>): readonly BytePath[] {
  const parts = out.toString('latin1').split('\0');
  const paths: BytePath[] = [];
  for (let at = 0; at + 2 < parts.length; at += 3)
    if (names.has(parts[at + 2] as string)) paths.push(parts[at] as string);
  return paths;
}
