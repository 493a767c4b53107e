/** Where the controllers of this machine are, as the kernel tells this process. */
import { mountsIn } from '../mountinfo.ts';

export interface Hierarchies {
  /** Folder of this process's own group in the hierarchy of version 1 that has the controller. */
  readonly v1: ReadonlyMap<string, string>;
  /** Of version 2: its mount, and the group of this process in it. Absent when it is not mounted. */
  readonly v2?: { readonly mount: string; readonly own: string };
}

/** From the texts of /proc/self/mountinfo and /proc/self/cgroup. */
export function hierarchiesFrom(mountinfo: string, cgroup: string): Hierarchies {
  const own = new Map<string, string>();
  for (const line of cgroup.split('\n')) {
    const [, id, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === undefined || path === undefined) continue;
    for (const controller of id === '0' ? [''] : (controllers ?? '').split(',')) own.set(controller, path);
  }
  const v1 = new Map<string, string>();
  let v2: Hierarchies['v2'];
  for (const { root, at, type, superOptions } of mountsIn(mountinfo)) {
    if (type === 'cgroup2') {
      const path = own.get('');
      const folder = path === undefined ? undefined : within(at, root, path);
      if (folder !== undefined) v2 ??= { mount: at, own: folder };
    }
    if (type !== 'cgroup') continue;
    for (const controller of superOptions) {
      const path = own.get(controller);
      const folder = path === undefined ? undefined : within(at, root, path);
      if (folder !== undefined && !v1.has(controller)) v1.set(controller, folder);
    }
  }
  return { v1, ...(v2 ? { v2 } : {}) };
}

/** A group as a folder, when the mount shows it. */
function within(at: string, root: string, path: string): string | undefined {
  if (root === '/') return path === '/' ? at : `${at}${path}`;
  if (path === root) return at;
  return path.startsWith(`${root}/`) ? `${at}${path.slice(root.length)}` : undefined;
}
