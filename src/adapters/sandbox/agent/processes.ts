/** The processes around the agent of a sandbox. This function runs as text in every agent (see agent.ts): it calls nothing else. */
import type * as Fs from 'node:fs';

/**
 * Everything in the sandbox that is of the program: what has a number in a further pid namespace, but not the first process of it,
 * which ends with the last. Without a sandbox, what is marked. Parents first: a shell that hears of the end of its child before its own
 * goes on with what comes next. (`readdir` sorts by text.)
 */
export function otherProcesses(fs: typeof Fs, marker: string | null): readonly number[] {
  let names: readonly string[] = [];
  try {
    names = fs.readdirSync('/proc');
  } catch {
    // Nothing can be known of them.
  }
  const pids = names
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
  return pids.filter((pid) => {
    try {
      if (marker !== null)
        return (
          pid !== process.pid && `\0${fs.readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${marker}\0`)
        );
      const numbers = /^NSpid:\s*(.*)$/m.exec(fs.readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '';
      return /\s/.test(numbers) && !/\s1$/.test(numbers);
    } catch {
      // Gone, or another user's.
      return false;
    }
  });
}

/** What a script needs to call it. */
export const processesSource: readonly string[] = [String(otherProcesses)];
