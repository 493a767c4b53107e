import { readFileSync } from 'node:fs';

/** Start times of a process and of those that it comes from, which no sandbox may see; the first of the machine has none of its own. */
export function startTimesAround(pid: number): ReadonlySet<string> {
  const found = new Set<string>();
  for (let at = pid; at > 1; ) {
    try {
      const stat = readFileSync(`/proc/${at}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      found.add(fields[19] ?? '');
      at = Number(fields[1]);
    } catch {
      break;
    }
  }
  return found;
}
