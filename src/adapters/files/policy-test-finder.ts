/** Searches a folder for files of policy tests. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { compareText } from '../../base/order.ts';

export const policyTestEnding: RegExp = /\.policy-test\.(?:ya?ml|json5?)$/;

export interface FoundTests {
  /** Paths below the folder, with `/`, in byte order. */
  readonly files: readonly string[];
  readonly unreadable: readonly { readonly path: string; readonly reason: string }[];
}

/** Skips dot folders and `node_modules`, and follows links to files, not to folders, so it ends. */
export async function findPolicyTests(folder: string, excluded: (path: string) => boolean): Promise<FoundTests> {
  const files: string[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const here = path;
    const entries = await readdir(join(folder, here), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      const denied = error.code === 'EACCES' || error.code === 'EPERM';
      if (error.code !== 'ENOENT')
        unreadable.push({ path: here === '' ? '.' : here, reason: denied ? 'permission denied' : error.message });
      return [];
    });
    for (const entry of entries) {
      const inside = here === '' ? entry.name : `${here}/${entry.name}`;
      if (excluded(inside)) continue;
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && entry.name !== 'node_modules') waiting.push(inside);
      } else if (policyTestEnding.test(entry.name) && (entry.isFile() || entry.isSymbolicLink())) files.push(inside);
    }
  }
  return { files: files.sort(compareText), unreadable };
}
