/** Mutations of trees: what a careless edit, a wrong merge or a generator gone astray does to a scenario. */
import { fields, patterns, rawScalars, rawSpecials, texts } from './dictionary.ts';
import type { Random } from './random.ts';
import { copyTree, list, type Place, placesOf, removeAt, setAt, sizeOf, type Tree, treeAt, value } from './tree.ts';

/** The manifests of one case, by path. */
export type Forest = Map<string, Tree>;

export interface TreeMutator {
  readonly name: string;
  /** Changes the forest; false when there is nothing in it that fits. `other` is a tree of any case. */
  readonly apply: (forest: Forest, random: Random, other: Tree, fields: FieldIndex) => boolean;
}

/** What stands under each field, wherever in the corpus. */
export type FieldIndex = ReadonlyMap<string, readonly Tree[]>;

export function indexFields(trees: Iterable<Tree>): FieldIndex {
  const found = new Map<string, Tree[]>();
  for (const tree of trees) {
    for (const place of placesOf(tree)) {
      const name = nameAt(place);
      if (name === undefined) continue;
      const same = found.get(name) ?? [];
      found.set(name, same);
      same.push(treeAt(place));
    }
  }
  return found;
}

const nameAt = ({ parent, at: i }: Place): string | undefined =>
  parent.kind === 'map' ? (parent.entries[i] as [string, Tree])[0] : undefined;

/** Of the right kind for the place, so that what comes of it is understood further than others. */
function fitting(place: Place, random: Random, index: FieldIndex): Tree | undefined {
  const name = nameAt(place);
  const known = name === undefined ? undefined : index.get(name);
  return known && copyTree(random.pick(known));
}

/** No mutation makes a forest larger than this. */
export const maxNodes = 20_000;

const anyTree = (forest: Forest, random: Random): Tree => random.pick([...forest.values()]);

function anyPlace(forest: Forest, random: Random, fits: (tree: Tree) => boolean = () => true): Place | undefined {
  const places = placesOf(anyTree(forest, random)).filter((place) => fits(treeAt(place)));
  return places.length === 0 ? undefined : random.pick(places);
}

const at = (
  name: string,
  change: (place: Place, random: Random, forest: Forest, other: Tree) => void,
  fits?: (tree: Tree) => boolean,
): TreeMutator => ({
  name,
  apply: (forest, random, other) => {
    const place = anyPlace(forest, random, fits);
    if (place) change(place, random, forest, other);
    return place !== undefined;
  },
});

const isText = (tree: Tree): boolean => tree.kind === 'value' && typeof tree.value === 'string';
const isMap = (tree: Tree): tree is Extract<Tree, { kind: 'map' }> => tree.kind === 'map';

export function anyScalar(random: Random): Tree {
  if (random.chance(0.6)) return value(random.pick(random.pick(texts)));
  if (random.chance(0.5)) return { kind: 'raw', text: random.pick(rawScalars) };
  return random.chance(0.15) ? { kind: 'raw', text: random.pick(rawSpecials) } : value(null);
}

function anyShape(random: Random): Tree {
  const shapes: readonly (() => Tree)[] = [
    () => anyScalar(random),
    () => list(),
    () => ({ kind: 'map', entries: [] }),
    () => list(anyScalar(random), anyScalar(random)),
    () => ({ kind: 'map', entries: [[random.pick(fields), anyScalar(random)]] }),
    () => ({ kind: 'map', entries: Array.from({ length: 4 }, () => [random.pick(fields), anyScalar(random)]) }),
  ];
  return random.pick(shapes)();
}

/** A part of another tree that is not the whole. */
function graft(random: Random, other: Tree): Tree {
  const places = placesOf(other);
  return copyTree(places.length === 0 ? other : treeAt(random.pick(places)));
}

/** Every text in the forest: what one file says put into another makes references that lead astray. */
function textOf(forest: Forest, random: Random): Tree {
  const found = placesOf(anyTree(forest, random)).map(treeAt).filter(isText);
  return found.length === 0 ? anyScalar(random) : copyTree(random.pick(found));
}

function nameOf(forest: Forest, random: Random): string {
  const found = placesOf(anyTree(forest, random)).flatMap((place) => nameAt(place) ?? []);
  return found.length === 0 ? random.pick(fields) : random.pick(found);
}

function wrap(tree: Tree, random: Random): Tree {
  let out = tree;
  for (let n = random.chance(0.05) ? random.size(250) : 1; n > 0; n--)
    out = random.chance(0.5) ? list(out) : { kind: 'map', entries: [[random.pick(fields), out]] };
  return out;
}

/** 200 copies under names of their own. */
function repeat(place: Place, random: Random): void {
  const { parent } = place;
  const tree = treeAt(place);
  const times = Math.min(
    random.chance(0.5) ? 200 : random.size(20),
    Math.floor(maxNodes / Math.max(1, sizeOf(tree, maxNodes))),
  );
  const same = random.chance(0.2);
  for (let n = 0; n < times; n++) {
    if (isMap(parent)) {
      const [name] = parent.entries[place.at] as [string, Tree];
      parent.entries.push([same ? name : `${name}${n}`, copyTree(tree)]);
    } else parent.items.push(copyTree(tree));
  }
}

/** File names as manifests refer to each other; `./` as people write it. */
const reference = (forest: Forest, random: Random): string => {
  const path = random.pick([...forest.keys()]);
  return random.chance(0.8) ? `./${path}` : path;
};

/** Makes circles, diamonds and long chains of files. */
function link(forest: Forest, random: Random): boolean {
  const root = anyTree(forest, random);
  if (!isMap(root)) return false;
  const field = random.pick(['components', 'use', 'child_templates']);
  const entry: [string, Tree] = [random.pick(['a', 'b', 'loop', '__proto__']), value(reference(forest, random))];
  const existing = root.entries.find(([name, tree]) => name === field && isMap(tree))?.[1];
  if (existing && isMap(existing)) existing.entries.push(entry);
  else root.entries.push([field, { kind: 'map', entries: [entry] }]);
  return true;
}

function insert(place: Place, random: Random, made: Tree): void {
  const holder = treeAt(place);
  if (holder.kind === 'map')
    holder.entries.splice(random.below(holder.entries.length + 1), 0, [random.pick(fields), made]);
  else if (holder.kind === 'list') holder.items.splice(random.below(holder.items.length + 1), 0, made);
  else setAt(place, made);
}

export const treeMutators: readonly TreeMutator[] = [
  at('remove', removeAt),
  at('replace by scalar', (place, random) => setAt(place, anyScalar(random))),
  at('replace text', (place, random) => setAt(place, value(random.pick(random.pick(texts)))), isText),
  at('replace by shape', (place, random) => setAt(place, anyShape(random))),
  at('replace by graft', (place, random, _forest, other) => setAt(place, graft(random, other))),
  at('replace by own text', (place, random, forest) => setAt(place, textOf(forest, random)), isText),
  at(
    'add to text',
    (place, random) => {
      const tree = treeAt(place) as { value: string };
      const added = random.pick(random.pick(texts));
      setAt(place, value(random.chance(0.5) ? tree.value + added : added + tree.value));
    },
    isText,
  ),
  at('insert shape', (place, random) => insert(place, random, anyShape(random))),
  at('insert graft', (place, random, _forest, other) => insert(place, random, graft(random, other))),
  at('wrap', (place, random) => setAt(place, wrap(treeAt(place), random))),
  at('repeat', repeat),
  at('pattern', (place, random) => {
    const schema: Tree = {
      kind: 'map',
      entries: [
        ['type', value('string')],
        ['pattern', value(random.pick(patterns))],
      ],
    };
    if (random.chance(0.5))
      schema.entries.push(['default', value(random.pick([`${'a'.repeat(40)}!`, 'a', 'x'.repeat(3000)]))]);
    setAt(place, schema);
  }),
  {
    name: 'rename',
    apply: (forest, random) => {
      const places = placesOf(anyTree(forest, random)).filter(({ parent }) => isMap(parent));
      if (places.length === 0) return false;
      const { parent, at: i } = random.pick(places);
      const entry = (parent as Extract<Tree, { kind: 'map' }>).entries[i] as [string, Tree];
      entry[0] = random.chance(0.5) ? random.pick(fields) : nameOf(forest, random);
      return true;
    },
  },
  {
    name: 'swap',
    apply: (forest, random) => {
      const one = anyPlace(forest, random);
      const two = anyPlace(forest, random);
      if (!one || !two) return false;
      const [first, second] = [copyTree(treeAt(one)), copyTree(treeAt(two))];
      setAt(one, second);
      // The first may have held the second, which is then no longer there.
      if (two.at < (isMap(two.parent) ? two.parent.entries : two.parent.items).length) setAt(two, first);
      return true;
    },
  },
  {
    name: 'move between files',
    apply: (forest, random) => {
      const from = anyPlace(forest, random);
      const to = anyPlace(forest, random);
      if (!from || !to) return false;
      const moved = copyTree(treeAt(from));
      insert(to, random, moved);
      return true;
    },
  },
  {
    name: 'top field',
    apply: (forest, random, other) => {
      const root = anyTree(forest, random);
      if (!isMap(root) || !isMap(other) || other.entries.length === 0) return false;
      const [name, tree] = random.pick(other.entries);
      root.entries.push([name, copyTree(tree)]);
      return true;
    },
  },
  { name: 'link files', apply: link },
  {
    name: 'same field of another',
    apply: (forest, random, _other, index) => {
      const place = anyPlace(forest, random);
      const made = place && fitting(place, random, index);
      if (place && made) setAt(place, made);
      return made !== undefined;
    },
  },
  {
    name: 'entry of another',
    apply: (forest, random, _other, index) => {
      const place = anyPlace(forest, random, (tree) => tree.kind === 'map' || tree.kind === 'list');
      const made = place && fitting(place, random, index);
      const holder = place && treeAt(place);
      if (made?.kind === 'map' && holder?.kind === 'map' && made.entries.length > 0)
        holder.entries.push(random.pick(made.entries));
      else if (made?.kind === 'list' && holder?.kind === 'list' && made.items.length > 0)
        holder.items.push(random.pick(made.items));
      else return false;
      return true;
    },
  },
  {
    name: 'swap files',
    apply: (forest, random) => {
      const paths = [...forest.keys()];
      if (paths.length < 2) return false;
      const [one, two] = [random.pick(paths), random.pick(paths)];
      const first = forest.get(one) as Tree;
      forest.set(one, forest.get(two) as Tree);
      forest.set(two, first);
      return true;
    },
  },
];
