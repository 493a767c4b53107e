/** What a command line means on this machine. */
import { delimiter } from 'node:path';
import { folderOfNode, inside } from './inside.ts';
import { type Executed, type Located, locateProgram, type NotLocated } from './locate.ts';

/** Where a sandbox of this machine finds a command line, and the folders that it looks in. */
export function locateHere(
  argv: readonly string[],
  cwd: string,
  linkFolder: string,
): { readonly path: readonly string[]; readonly located: Located | NotLocated } {
  const path = [...new Set(['/usr/local/bin', '/usr/bin', '/bin', folderOfNode()])];
  const hostPath = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return { path, located: locateProgram(argv, { cwd, path, hostPath, linkFolder }) };
}

/** Why the program, or what it is a script for, cannot be started in any sandbox of this machine; undefined when it can be found. */
export function programFault(argv: readonly string[], cwd: string | null): NotLocated | undefined {
  const { located } = locateHere(argv, cwd ?? inside.home, inside.links);
  return 'message' in located ? located : undefined;
}

/** The files that a sandbox of this machine executes for a command line; none when they cannot be found. */
export function executedFiles(argv: readonly string[], cwd: string | null): readonly Executed[] {
  const { located } = locateHere(argv, cwd ?? inside.home, inside.links);
  return 'message' in located ? [] : located.executed;
}
