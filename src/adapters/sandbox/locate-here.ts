/** What a command line means on this machine. */
import { delimiter, isAbsolute } from 'node:path';
import type { ScenarioTree } from '../files/scenario-tree.ts';
import { folderOfNode, inside } from './inside.ts';
import { type Executed, type Located, locateProgram, type NotLocated } from './locate.ts';

/** Where a sandbox of this machine finds a command line, and the folders that it looks in. */
export function locateHere(
  argv: readonly string[],
  cwd: string,
  linkFolder: string,
  tree: ScenarioTree | null,
): { readonly path: readonly string[]; readonly located: Located | NotLocated } {
  const path = [...new Set(['/usr/local/bin', '/usr/bin', '/bin', folderOfNode()])];
  return { path, located: locateProgram(argv, { cwd, path, hostPath: shellPath(), linkFolder, tree }) };
}

/** What the shell's PATH says. An entry that is not absolute would mean another folder in every checkout, and does not count. */
export const shellPath = (): readonly string[] => (process.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);

/** Why the program, or what it is a script for, cannot be started in any sandbox of this machine; undefined when it can be found. */
export function programFault(
  argv: readonly string[],
  cwd: string | null,
  tree: ScenarioTree | null,
): NotLocated | undefined {
  const { located } = locateHere(argv, cwd ?? inside.home, inside.links, tree);
  return 'message' in located ? located : undefined;
}

/** The files that a sandbox of this machine executes for a command line; none when they cannot be found. */
export function executedFiles(
  argv: readonly string[],
  cwd: string | null,
  tree: ScenarioTree | null,
): readonly Executed[] {
  const { located } = locateHere(argv, cwd ?? inside.home, inside.links, tree);
  return 'message' in located ? [] : located.executed;
}

/** The file that a command line runs outside of sandboxes, or why it cannot be found. */
export function programFile(argv: readonly string[], cwd: string, tree: ScenarioTree): string | NotLocated {
  const { located } = locateHere(argv, cwd, inside.links, tree);
  return 'message' in located ? located : (located.executed[0] as Executed).file;
}
