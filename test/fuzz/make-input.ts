/** From a seed and a number to a scenario that nobody would write. */
import { loadSyntax } from '../../src/language/syntax/parse.ts';
import { bombs } from './bombs.ts';
import { byteMutators } from './bytes.ts';
import type { FuzzCase } from './corpus.ts';
import { printTree, type Spelling } from './print.ts';
import { createRandom, type Random } from './random.ts';
import { type FieldIndex, type Forest, indexFields, maxNodes, treeMutators } from './structure.ts';
import { copyTree, parseTree, sizeOf, type Tree } from './tree.ts';

export interface FuzzInput extends FuzzCase {
  readonly index: number;
  /** What was done, in order. */
  readonly how: readonly string[];
  /** The manifests that were printed from trees: these can be printed in another spelling too. */
  readonly trees?: ReadonlyMap<string, Tree>;
}

export interface InputMaker {
  readonly make: (index: number) => FuzzInput;
}

/** What one input may weigh; the parsers' own pace is measured elsewhere. */
const maxBytes = 256 * 1024;

const manifestName = /\.(?:ya?ml|json5?)$/;
export const isSettings = (path: string): boolean => /^headgate\./.test(path);

export async function createInputMaker(corpus: readonly FuzzCase[], seed: number): Promise<InputMaker> {
  await Promise.all([loadSyntax('yaml'), loadSyntax('json5')]);
  const forests = new Map<FuzzCase, Forest>();
  const forestOf = (one: FuzzCase): Forest => {
    const forest = forests.get(one) ?? parseForest(one);
    forests.set(one, forest);
    return new Map([...forest].map(([path, tree]) => [path, copyTree(tree)]));
  };
  const fields = indexFields(corpus.flatMap((one) => [...parseForest(one).values()]));
  const make = (index: number): FuzzInput => {
    const random = createRandom(seed, index);
    const share = random.below(100);
    const made =
      share < 6
        ? bomb(random)
        : share < 55
          ? restructured({ corpus, forestOf, fields }, random)
          : mangled(random.pick(corpus), corpus, random);
    return { index, ...bounded(made) };
  };
  return { make };
}

type Made = Omit<FuzzInput, 'index'>;

function parseForest({ files }: FuzzCase): Forest {
  const forest: Forest = new Map();
  for (const [path, bytes] of files) {
    if (!manifestName.test(path) || path.startsWith('answers/')) continue;
    const tree = parseTree(path, new TextDecoder().decode(bytes));
    if (tree) forest.set(path, tree);
  }
  return forest;
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function bomb(random: Random): Made {
  const { name, make } = random.pick(bombs);
  const files = new Map(Object.entries(make(random)).map(([path, text]) => [path, encode(text)] as const));
  const base: Made = {
    name: 'bomb',
    root: [...files.keys()].find((path) => path.startsWith('scenario.')) as string,
    files,
    how: [name],
  };
  return random.chance(0.2) ? mangled(base, [base], random, base.how) : base;
}

function mangled(base: FuzzCase, corpus: readonly FuzzCase[], random: Random, how: readonly string[] = []): Made {
  const files = new Map(base.files);
  const done = [...how];
  for (let n = Math.ceil(random.pick(changes) / 2); n > 0; n--) {
    // The root twice as often: without it nothing else is read.
    const path = random.chance(0.4) ? base.root : random.pick([...files.keys()]);
    const other = random.pick([...random.pick(corpus).files.values()]);
    const mutator = random.pick(byteMutators);
    files.set(path, mutator.apply(files.get(path) as Uint8Array, random, other));
    done.push(mutator.name);
  }
  return { name: base.name, root: base.root, files, how: done };
}

interface Stock {
  readonly corpus: readonly FuzzCase[];
  /** A copy that may be changed. */
  readonly forestOf: (one: FuzzCase) => Forest;
  readonly fields: FieldIndex;
}

/** One change as often as all others together: what is changed in many places is not understood far enough to be linked. */
const changes: readonly number[] = [1, 1, 1, 1, 2, 2, 3, 6];
const gentle = treeMutators.filter(({ name }) => / of another$/.test(name));

function restructured({ corpus, forestOf, fields }: Stock, random: Random): Made {
  const base = random.pick(corpus);
  const forest = forestOf(base);
  if (forest.size === 0) return mangled(base, corpus, random);
  const how: string[] = [];
  for (let n = random.pick(changes); n > 0; n--) {
    const mutator = random.pick(random.chance(0.3) ? gentle : treeMutators);
    const others = [...forestOf(random.pick(corpus)).values()];
    const other = others.length === 0 ? random.pick([...forest.values()]) : random.pick(others);
    if (mutator.apply(forest, random, other, fields)) how.push(mutator.name);
  }
  const files = new Map(base.files);
  const trees = new Map<string, Tree>();
  for (const [path, tree] of forest) {
    if (sizeOf(tree, maxNodes + 1) > maxNodes) continue;
    const spelling: Spelling = /\.json5?$/.test(path) ? 'json5' : random.chance(0.8) ? 'yaml' : 'json';
    files.set(path, encode(printTree(tree, spelling, random)));
    if (!isSettings(path)) trees.set(path, tree);
  }
  const made: Made = { name: base.name, root: base.root, files, how, trees };
  return random.chance(0.1) ? mangled(made, corpus, random, how) : made;
}

/** Cut where it is too large: a text that ends too early is an input like any other. */
function bounded(made: Made): Made {
  let left = maxBytes;
  const files = new Map<string, Uint8Array>();
  let isCut = false;
  for (const [path, bytes] of made.files) {
    isCut ||= bytes.length > left;
    files.set(path, bytes.length > left ? bytes.slice(0, left) : bytes);
    left -= Math.min(left, bytes.length);
  }
  if (!isCut) return made;
  const { trees: _, ...rest } = made;
  return { ...rest, files, how: [...made.how, 'cut'] };
}
