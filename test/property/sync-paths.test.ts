import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bytePathOf, comparePaths, pathText } from '../../src/adapters/sync/byte-path.ts';
import { treeBytes, treeDigest, treeFrom } from '../../src/adapters/sync/tree-file.ts';
import type { Tree, TreeEntry } from '../../src/ir/workspace.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 12 });
/** Bytes as they come, and text of all planes. */
const name = fc
  .oneof(
    bytes.map((one) => Buffer.from(one)),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 6 }).map((one) => Buffer.from(one)),
    fc
      .string({ unit: fc.constantFrom('%', '4', '1', 'a', ' ', '\n'), minLength: 1, maxLength: 6 })
      .map((one) => Buffer.from(one)),
  )
  .map((one) => one.toString('latin1').replaceAll('\0', 'x').replaceAll('/', 'y'))
  .filter((one) => one !== '.' && one !== '..' && one !== '.git');

test('the text of a path gives the path back, holds nothing that acts on a terminal, and is the one of that path', () => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 3 }), name, (names, other) => {
      const path = names.join('/');
      const text = pathText(path);
      expect(bytePathOf(text)).toBe(path);
      expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      expect(Buffer.from(text).toString()).toBe(text);
      expect(pathText(other) === text).toBe(other === path);
      // It is what the system's own decoder says, where that loses nothing and nothing has to be escaped.
      const decoded = Buffer.from(path, 'latin1').toString('utf8');
      if (!/[\ufffd%\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u.test(decoded)) expect(text).toBe(decoded);
    }),
    { numRuns: 2000 },
  );
});

test('the order of paths is that of their lists of names', () => {
  const byNames = (a: string, b: string): number => {
    const [x, y] = [a.split('/'), b.split('/')];
    for (let i = 0; i < Math.min(x.length, y.length); i++) {
      const order = Buffer.compare(Buffer.from(x[i] as string, 'latin1'), Buffer.from(y[i] as string, 'latin1'));
      if (order !== 0) return order;
    }
    return x.length - y.length;
  };
  const path = fc.array(
    fc.string({ unit: fc.constantFrom('a', '-', '\x01', '\xff', '0'), minLength: 1, maxLength: 3 }),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  fc.assert(
    fc.property(path, path, (x, y) => {
      const [a, b] = [x.join('/'), y.join('/')];
      expect(Math.sign(comparePaths(a, b))).toBe(Math.sign(byNames(a, b)));
    }),
    { numRuns: 2000 },
  );
});

const leaf = fc.oneof(
  fc.record({
    kind: fc.constant('file' as const),
    executable: fc.boolean(),
    size: fc.nat(),
    hash: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((one) => Buffer.from(one).toString('hex')),
  }),
  fc.record({
    kind: fc.constant('link' as const),
    target: fc.array(name, { minLength: 1, maxLength: 3 }).map((one) => one.join('/')),
  }),
  fc.constant<TreeEntry>({ kind: 'other' }),
);
const tree = fc
  .array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 4 }), leaf), { maxLength: 12 })
  .map((list): Tree => {
    const all = new Map<string, TreeEntry>();
    for (const [names, entry] of list) {
      const around = names.map((_, i) => names.slice(0, i).join('/')).slice(1);
      if (all.has(names.join('/')) || around.some((path) => all.has(path) && all.get(path)?.kind !== 'folder'))
        continue;
      for (const path of around) all.set(path, { kind: 'folder' });
      all.set(names.join('/'), entry);
    }
    return all;
  });

test('a tree is read back from its bytes, and has one form', () => {
  fc.assert(
    fc.property(tree, tree, (one, other) => {
      const written = treeBytes(one);
      const read = treeFrom(written);
      if ('fault' in read) throw new Error(read.fault);
      expect(new Map(read.tree)).toEqual(new Map(one));
      expect(Buffer.from(treeBytes(read.tree)).equals(written)).toBe(true);
      const isEqual = Buffer.from(treeBytes(other)).equals(written);
      expect(treeDigest(one) === treeDigest(other)).toBe(isEqual);
      const sorted = (all: Tree): unknown => [...all].sort(([a], [b]) => (a < b ? -1 : 1));
      expect(JSON.stringify(sorted(one)) === JSON.stringify(sorted(other))).toBe(isEqual);
    }),
    { numRuns: 500 },
  );
});

test('nothing but what was written is read', () => {
  fc.assert(
    fc.property(tree, fc.nat(), fc.nat(255), (one, place, byte) => {
      const bytes = Buffer.from(treeBytes(one));
      bytes[place % bytes.length] = byte;
      const read = treeFrom(bytes);
      if ('tree' in read) expect(Buffer.from(treeBytes(read.tree)).equals(bytes)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
