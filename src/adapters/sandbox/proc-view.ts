/**
 * What of /proc a program sees. Files there are of the whole machine and belong to root, which is what a program of root's sandbox
 * still is for them, without any capability.
 */
import { readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of a process, of its namespaces, and the settings of the kernel, which are bound read-only. */
const shownFolders = new Set(['net', 'self', 'sys', 'sysvipc', 'thread-self']);

/** Anybody may read these; they tell of keys of the caller, of addresses of the kernel, or of what others on the machine do. */
const hiddenFiles = new Set([
  'cmdline',
  'interrupts',
  'kallsyms',
  'kcore',
  'key-users',
  'keys',
  'latency_stats',
  'locks',
  'sched_debug',
  'sysrq-trigger',
  'timer_list',
  'timer_stats',
]);

/**
 * Bubblewrap's arguments, to come after `--proc /proc`. A folder of a newer kernel is hidden until it is listed; a file is, when it
 * can be written, or read by root alone. For who is not root the kernel itself refuses that, and each mount takes its time.
 * `at` is the /proc of the host.
 */
export function procView(root: boolean, at = '/proc'): readonly string[] {
  const hidden = readdirSync(at).flatMap((name): readonly string[] => {
    const path = join('/proc', name);
    const stat = /^\d+$/.test(name) ? undefined : statOf(join(at, name));
    if (!stat || !isHidden(name, stat, root)) return [];
    return stat.isDirectory() ? ['--tmpfs', path, '--remount-ro', path] : ['--ro-bind', '/dev/null', path];
  });
  return ['--ro-bind', '/proc/sys', '/proc/sys', ...hidden];
}

const isHidden = (name: string, stat: Stats, root: boolean): boolean =>
  stat.isDirectory()
    ? !shownFolders.has(name)
    : hiddenFiles.has(name) ||
      (stat.mode & 0o002) !== 0 ||
      (root && ((stat.mode & 0o222) !== 0 || (stat.mode & 0o004) === 0));

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
