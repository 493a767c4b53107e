/** The processes around the agent of a sandbox. These functions run as text in every agent (see agent.ts): they call each other and nothing else. */
import type * as Fs from 'node:fs';

/** In ascending order. (`readdir` sorts by text.) */
export function processIds(fs: typeof Fs): readonly number[] {
  try {
    return fs
      .readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return [];
  }
}

/**
 * Everything in the sandbox but its init and this agent; without a pid namespace, what is marked. Parents first: a shell that hears
 * of the end of its child before its own goes on with what comes next.
 */
export function otherProcesses(fs: typeof Fs, marker: string | null): readonly number[] {
  const others = processIds(fs).filter((pid) => pid !== 1 && pid !== process.pid);
  if (marker === null) return others;
  return others.filter((pid) => {
    try {
      return `\0${fs.readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${marker}\0`);
    } catch {
      // Gone, or another user's.
      return false;
    }
  });
}

/** Bytes that processes hold in memory, without those of this agent. */
export function residentBytes(fs: typeof Fs, pids: readonly number[]): number {
  let pages = 0;
  for (const pid of pids) {
    if (pid === process.pid) continue;
    try {
      pages += Number(fs.readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
    } catch {
      // Gone.
    }
  }
  return pages * 4096;
}

/** What a script needs to call these. */
export const processesSource: readonly string[] = [processIds, otherProcesses, residentBytes].map(String);
