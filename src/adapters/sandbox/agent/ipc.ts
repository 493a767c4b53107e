/** System V's means of communication. This function runs as text in every agent (see agent.ts): it calls nothing else. */
import type * as Fs from 'node:fs';

/**
 * Bytes that shared segments, queues and semaphores of this namespace take, whether anybody is attached to them or not. Only who is in
 * the namespace sees them, and of those the agent is one whom the program does not reach.
 */
export function ipcBytes(fs: typeof Fs): number {
  // By the heading of each column: what one of them takes, in these units.
  const takes: readonly (readonly [string, Readonly<Record<string, number>>])[] = [
    ['shm', { rss: 1, swap: 1 }],
    ['msg', { cbytes: 1, qnum: 64 }],
    ['sem', { nsems: 64 }],
  ];
  let bytes = 0;
  for (const [file, columns] of takes) {
    let text = '';
    try {
      text = fs.readFileSync(`/proc/sysvipc/${file}`, 'latin1');
    } catch {
      // A kernel without it.
    }
    const [heading = '', ...rows] = text.split('\n').map((line) => line.trim());
    const names = heading.split(/\s+/);
    for (const row of rows) {
      if (row === '') continue;
      // What the kernel keeps of each.
      bytes += 512;
      const values = row.split(/\s+/);
      for (const [name, unit] of Object.entries(columns)) bytes += (Number(values[names.indexOf(name)]) || 0) * unit;
    }
  }
  return bytes;
}

/** What a script needs to call it. */
export const ipcSource: readonly string[] = [String(ipcBytes)];
