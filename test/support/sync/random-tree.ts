/** Trees in which much of what one side has is what another has too. */
import fc from 'fast-check';
import type { Folder, Leaf, Node } from './model.ts';

const names = ['a', 'a-b', 'B', 'b', '\xff'];

const file = fc.record({ text: fc.constantFrom('', '1', '22'), executable: fc.boolean() }).map(
  ({ text, executable }): Leaf => ({
    kind: 'file',
    executable,
    size: text.length,
    hash: text.padEnd(64, '0'),
  }),
);
const link = fc.constantFrom('a', '../x').map((target): Leaf => ({ kind: 'link', target }));
const other = fc.constant<Leaf>({ kind: 'other' });

export function randomFolder(withOthers: boolean): fc.Arbitrary<Folder> {
  const leaf: fc.Arbitrary<Leaf> = withOthers ? fc.oneof(file, link, other) : fc.oneof(file, file, link);
  return fc.letrec<{ folder: Folder; node: Node }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      leaf,
      tie('folder').map((inside): Node => ({ in: inside })),
    ),
    folder: fc.dictionary(fc.constantFrom(...names), tie('node'), { maxKeys: 4, noNullPrototype: true }),
  })).folder;
}

/** Changed here and there: many paths of two of them are alike. */
export function edited(base: Folder, from: Folder, choices: readonly number[]): Folder {
  let at = 0;
  const choose = (): number => choices[at++ % Math.max(1, choices.length)] ?? 0;
  const walk = (one: Folder, two: Folder): Folder => {
    const result: Record<string, Node> = {};
    for (const name of [...new Set([...Object.keys(one), ...Object.keys(two)])].sort()) {
      const [a, b] = [one[name], two[name]];
      const choice = choose() % 4;
      const node = choice === 0 ? b : a;
      if (a && b && 'in' in a && 'in' in b && choice < 3) result[name] = { in: walk(a.in, b.in) };
      else if (a && 'in' in a && choice === 1) result[name] = { in: walk(a.in, {}) };
      else if (node) result[name] = node;
    }
    return result;
  };
  return walk(base, from);
}
