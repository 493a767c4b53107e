/** Where links of a tree lead. */
import type * as Fs from 'node:fs';

export interface Links {
  /** Whether what a link of that folder holds leads out of the tree, at its end or on the way. What is not there is taken as named. */
  readonly leaves: (folder: string, target: string) => boolean;
  /** It is a folder and no link. */
  readonly isFolder: (path: string) => void;
}

/** It runs as text in every thread (see program.ts), and calls nothing but what it is given. `root` is a real path, in latin1. */
export function links(fs: typeof Fs, root: string, isCopy: boolean): Links {
  /** As many as the kernel follows. */
  const most = 40;
  /** Of a tree that others write to: the answer must be good for the moment only. */
  const folders = new Set<string>();
  const bytes = (path: string): Buffer => Buffer.from(path, 'latin1');

  /** From the root; undefined for what lies outside. */
  function inside(path: string): string | undefined {
    if (isCopy) return undefined;
    if (path === root || path.startsWith(`${root}/`)) return path.slice(root.length);
    try {
      const real = fs.realpathSync.native(bytes(path), 'latin1' as BufferEncoding);
      return real === root || real.startsWith(`${root}/`) ? real.slice(root.length) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Undefined for what is none. */
  function target(path: string): string | undefined {
    if (folders.has(path)) return undefined;
    try {
      return fs.readlinkSync(bytes(`${root}/${path}`), 'latin1' as BufferEncoding);
    } catch {
      return undefined;
    }
  }

  return {
    isFolder: (path) => void folders.add(path),
    leaves(folder, first) {
      let names = folder === '' ? [] : folder.split('/');
      const left: string[] = [];
      /** False where it leads outside. */
      const follow = (text: string): boolean => {
        const rest = text.startsWith('/') ? inside(text) : text;
        if (rest === undefined) return false;
        if (text.startsWith('/')) names = [];
        left.push(...rest.split('/').reverse());
        return true;
      };
      if (!follow(first)) return true;
      for (let hops = 0; left.length > 0; ) {
        const name = left.pop() as string;
        if (name === '' || name === '.') continue;
        if (name === '..') {
          if (names.pop() === undefined) return true;
          continue;
        }
        const next = target([...names, name].join('/'));
        if (next === undefined) names.push(name);
        else if (++hops > most) return false;
        else if (!follow(next)) return true;
      }
      return false;
    },
  };
}
