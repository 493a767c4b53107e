/** Trees as text, in the two spellings and with the freedom that people take. */
import type { Random } from './random.ts';
import type { Tree } from './tree.ts';

export type Spelling = 'yaml' | 'json5' | 'json';

/** Deeper trees are printed on one line, so that indentation does not grow with the square of the depth. */
const maxBlockDepth = 40;

export function printTree(tree: Tree, spelling: Spelling, random?: Random): string {
  if (spelling !== 'yaml') return `${flow(tree, spelling, random)}\n`;
  return tree.kind === 'map' || tree.kind === 'list' ? block(tree, 0, random) : `${flow(tree, 'json')}\n`;
}

function flow(root: Tree, spelling: Spelling, random?: Random): string {
  const free = spelling === 'json5' && random ? random : undefined;
  const parts: string[] = [];
  const visit = (tree: Tree): void => {
    if (tree.kind === 'raw') parts.push(tree.text);
    else if (tree.kind === 'value') parts.push(scalar(tree.value, free));
    else {
      const map = tree.kind === 'map';
      parts.push(map ? '{' : '[');
      const count = map ? tree.entries.length : tree.items.length;
      for (let i = 0; i < count; i++) {
        if (map) parts.push(key((tree.entries[i] as [string, Tree])[0], free), ': ');
        visit(map ? (tree.entries[i] as [string, Tree])[1] : (tree.items[i] as Tree));
        if (i < count - 1 || free?.chance(0.3)) parts.push(free?.chance(0.1) ? ', // …\n' : ', ');
      }
      parts.push(map ? '}' : ']');
    }
  };
  visit(root);
  return parts.join('');
}

const key = (name: string, free: Random | undefined): string =>
  free && /^[a-z_$][\w$]*$/i.test(name) && free.chance(0.7) ? name : JSON.stringify(name);

function scalar(value: string | number | boolean | null, free: Random | undefined): string {
  if (typeof value !== 'string' || !free?.chance(0.3)) return JSON.stringify(value);
  return `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}

function block(tree: Tree, depth: number, random?: Random): string {
  const indent = '  '.repeat(depth);
  if (tree.kind !== 'map' && tree.kind !== 'list') return `${indent}${yamlScalar(tree, random)}\n`;
  const rows = tree.kind === 'map' ? tree.entries : tree.items.map((item) => ['', item] as const);
  if (rows.length === 0) return `${indent}${tree.kind === 'map' ? '{}' : '[]'}\n`;
  let out = '';
  for (const [name, item] of rows) {
    const head = tree.kind === 'map' ? `${indent}${yamlKey(name, random)}:` : `${indent}-`;
    const leaf = (item.kind !== 'map' && item.kind !== 'list') || isEmpty(item);
    if (leaf) out += `${head} ${isEmpty(item) ? flow(item, 'json') : yamlScalar(item, random)}\n`;
    else if (depth >= maxBlockDepth || random?.chance(0.1)) out += `${head} ${flow(item, 'json')}\n`;
    else out += `${head}\n${block(item, depth + 1, random)}`;
  }
  return out;
}

const isEmpty = (tree: Tree): boolean =>
  (tree.kind === 'map' && tree.entries.length === 0) || (tree.kind === 'list' && tree.items.length === 0);

const plain = /^[a-z_][\w./-]*$/i;
const reserved = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

const yamlKey = (name: string, random?: Random): string =>
  plain.test(name) && !reserved.test(name) && !random?.chance(0.2) ? name : JSON.stringify(name);

function yamlScalar(tree: Tree, random?: Random): string {
  if (tree.kind === 'raw') return tree.text;
  if (tree.kind !== 'value') return flow(tree, 'json');
  const { value } = tree;
  return typeof value === 'string' && plain.test(value) && !reserved.test(value) && !random?.chance(0.3)
    ? value
    : JSON.stringify(value);
}
