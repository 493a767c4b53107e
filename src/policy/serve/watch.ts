/** Tells which files of a folder changed. It looks instead of waiting to be told: that works on every file system. */
import { readdirSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const everyMs = 250;
const maxFiles = 5_000;
const passedOver = /^(?:\.|node_modules$|__pycache__$)/;

/** Path → when it was changed, and its size. */
type Snapshot = ReadonlyMap<string, string>;

/** `onChange` gets paths from the folder, sorted, once nothing changes any more. Answers how to stop. */
export function watchFolder(folder: string, onChange: (paths: readonly string[]) => void): () => void {
  let known = look(folder);
  let settling = known;
  const timer = setInterval(() => {
    const now = look(folder);
    // A file that is being written changes again.
    if (differences(settling, now).length > 0) {
      settling = now;
      return;
    }
    const changed = differences(known, now);
    known = now;
    if (changed.length > 0) onChange(changed.map((path) => relative(folder, path)));
  }, everyMs);
  return () => clearInterval(timer);
}

function look(folder: string): Snapshot {
  const found = new Map<string, string>();
  const open = [folder];
  for (let next = open.pop(); next !== undefined && found.size < maxFiles; next = open.pop()) {
    for (const entry of entriesOf(next)) {
      const path = join(next, entry.name);
      if (passedOver.test(entry.name)) continue;
      if (entry.isDirectory()) open.push(path);
      else found.set(path, stampOf(path));
    }
  }
  return found;
}

function entriesOf(folder: string): ReturnType<typeof list> {
  try {
    return list(folder);
  } catch {
    return [];
  }
}

const list = (folder: string) => readdirSync(folder, { withFileTypes: true });

function stampOf(path: string): string {
  try {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch {
    return '';
  }
}

function differences(before: Snapshot, after: Snapshot): readonly string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}
