/** Who holds a name in the abstract socket namespace, as far as that can be seen. */
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';

/** `other`: no process of this user that can be seen. O(open files of the user). */
export function holderOf(name: string): 'user' | 'other' | 'nobody' {
  const inode = inodeOf(name);
  if (inode === undefined) return 'nobody';
  const me = process.geteuid?.();
  const isOwn = pids().some((pid) => {
    try {
      return statSync(`/proc/${pid}`).uid === me && holds(pid, `socket:[${inode}]`);
    } catch {
      // Gone meanwhile.
      return false;
    }
  });
  if (isOwn) return 'user';
  // Whoever gave it up meanwhile was not to be found either.
  return inodeOf(name) === inode ? 'other' : 'nobody';
}

const pids = (): readonly string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** The kernel writes `@` for the byte 0, and node fills a name up with it. */
function inodeOf(name: string): string | undefined {
  const shown = `@${name.slice(1)}`;
  for (const line of readFileSync('/proc/net/unix', 'latin1').split('\n')) {
    const fields = line.trim().split(/\s+/);
    if (fields[7]?.replace(/@+$/, '') === shown) return fields[6];
  }
  return undefined;
}

function holds(pid: string, socket: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(`${folder}/${fd}`) === socket;
    } catch {
      return false;
    }
  });
}
