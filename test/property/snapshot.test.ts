/** Snapshots of random trees, held against find and sha256sum. */
import { chmodSync, mkdirSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { takeSnapshot } from '../../src/adapters/sync/snapshot.ts';
import { treeBytes, treeFrom } from '../../src/adapters/sync/tree-file.ts';
import { foundIn, listed } from '../support/sync/found.ts';
import { createTempFolder } from '../support/temp-folder.ts';

const temp = createTempFolder();
afterAll(temp.remove);

const names = ['a', 'b', 'a-b', 'A', '\n', '%41', '\xff', '\xc3\xa9', ' ', '.x', '-n', '\\'];
const change = fc.record({
  path: fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 4 }),
  what: fc.constantFrom('file', 'file', 'program', 'folder', 'link', 'nothing'),
  text: fc.string({ maxLength: 20 }),
});

type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

test('003-C5.1 of any tree, however it changes, with a cache and without', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(change, { maxLength: 10 }), { minLength: 1, maxLength: 3 }), async (steps) => {
      const root = join(temp.path, 'root');
      const cacheFile = join(temp.path, 'state/scan/cache');
      rmSync(root, { recursive: true, force: true });
      mkdirSync(root);
      for (const step of steps) {
        for (const { path, what, text } of step) put(root, path, what, text);
        const wanted = listed(foundIn(root));
        for (const options of [{}, { cacheFile }, { cacheFile }]) {
          const taken = await takeSnapshot({ root, exclude: [], kind: 'dir', ...options });
          if ('fault' in taken) throw new Error(taken.fault.message);
          expect(listed(taken.tree)).toEqual(wanted);
          // Its order is that of the file.
          const read = treeFrom(treeBytes(taken.tree));
          expect('tree' in read && [...read.tree]).toEqual([...taken.tree]);
        }
      }
    }),
    { numRuns: 25 },
  );
});

test('003-C5.1 of any tree, however it changes, where git says what did', async () => {
  const steps = fc.array(fc.array(change, { maxLength: 6 }), { minLength: 2, maxLength: 3 });
  // Each waits for most of its time.
  const all = Array.from({ length: 8 }, (_, index) =>
    fc.assert(
      fc.asyncProperty(steps, (made) => agrees(join(temp.path, `asked-${index}`), made)),
      { numRuns: 1 },
    ),
  );
  await Promise.all(all);
});

async function agrees(place: string, steps: readonly (readonly Change[])[]): Promise<void> {
  const root = join(place, 'root');
  const cacheFile = join(place, 'state/scan/asked');
  rmSync(root, { recursive: true, force: true });
  mkdirSync(root, { recursive: true });
  for (const step of steps) {
    for (const { path, what, text } of step) put(root, path, what, text);
    const wanted = listed(foundIn(root));
    // What was old before, and what is new; then all of it is old.
    for (const wait of [0, 1100, 0]) {
      await new Promise((done) => setTimeout(done, wait));
      const taken = await takeSnapshot({ root, exclude: [], kind: 'dir', cacheFile, askGitFrom: 1, sampled: 0 });
      if ('fault' in taken) throw new Error(taken.fault.message);
      expect(listed(taken.tree)).toEqual(wanted);
    }
  }
}

/** What stands in the way is replaced. */
function put(root: string, path: readonly string[], what: string, text: string): void {
  const bytes = (to: readonly string[]): Buffer => Buffer.from([root, ...to].join('/'), 'latin1');
  for (let i = 1; i < path.length; i++) {
    try {
      mkdirSync(bytes(path.slice(0, i)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return;
    }
  }
  const at = bytes(path);
  try {
    unlinkSync(at);
  } catch {
    // A folder, or nothing.
  }
  try {
    if (what === 'folder') mkdirSync(at);
    else if (what === 'link') symlinkSync(Buffer.from('a/\xff', 'latin1'), at);
    else if (what !== 'nothing') writeFileSync(at, text);
    if (what === 'program') chmodSync(at, 0o755);
  } catch {
    // Something else is there, or a file is above.
  }
}
