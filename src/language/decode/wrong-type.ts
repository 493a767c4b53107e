/** What to do about a value of the wrong type, told by what it looks like. */
import type { SyntaxNode } from '../../ir/syntax.ts';

const article: Record<SyntaxNode['kind'], string> = {
  object: 'an object',
  array: 'an array',
  string: 'a string',
  number: 'a number',
  boolean: 'a boolean',
  null: 'null',
};

/** A key of YAML with nothing behind it; JSON cannot say so. */
const isNothing = ({ kind, range }: SyntaxNode): boolean => kind === 'null' && range.start === range.end;

export function foundIn(node: SyntaxNode, expected: string): string {
  if (isNothing(node)) return 'nothing';
  return expected === 'an integer' && node.kind === 'number' ? node.text : article[node.kind];
}

export function remedyFor(node: SyntaxNode, path: string, expected: string): string | undefined {
  if (isNothing(node)) return fillIn(path, expected);
  if (expected === 'an object') return node.kind === 'array' ? asMapping(node.items) : undefined;
  if (expected === 'an array') return asList(node);
  return asText(node, expected);
}

function fillIn(path: string, expected: string): string {
  const name = path.slice(path.lastIndexOf('.') + 1);
  if (name.endsWith(']')) return 'put a value behind the `-`, or remove the `-`';
  if (expected === 'an object') return `put its entries below \`${name}:\`, or remove the line`;
  if (expected === 'an array')
    return `put its entries below \`${name}:\`, write \`${name}: []\` for none, or remove the line`;
  return `put a value behind \`${name}:\`, or remove the line`;
}

/** `- api: …`, `- name: api` and `[api]` all mean an entry of this name. */
function asMapping([first]: readonly SyntaxNode[]): string {
  if (!first) return 'this is a mapping: write `{}` for an empty one';
  const without = 'without a `-` before it or `[ ]` around it';
  const entry = first.kind === 'object' ? first.entries[0] : undefined;
  if (entry?.key === 'name' && entry.value.kind === 'string')
    return `this is a mapping: write \`${entry.value.value}: …\` in place of \`name: ${entry.value.value}\`, ${without}`;
  const given = entry?.key ?? (first.kind === 'string' ? first.value : '');
  return `this is a mapping: write \`${/^[\w-]+$/.test(given) ? given : 'name'}: …\`, ${without}`;
}

function asList(node: SyntaxNode): string | undefined {
  if (node.kind === 'string') return `this is a list: write \`["${node.value}"]\``;
  if (node.kind !== 'object') return undefined;
  if (node.entries.length === 0) return 'this is a list: write `[]` for an empty one';
  return 'this is a list: begin each entry with `- `, or put the entries between `[` and `]`';
}

/** Without quotes a number is none of the texts that look like one, and a text is none of the values. */
function asText(node: SyntaxNode, expected: string): string | undefined {
  if (expected === 'a boolean')
    return node.kind === 'string' && node.value.length < 10 ? 'write `true` or `false`, without quotes' : undefined;
  if (!/^a string(?! such)/.test(expected)) return undefined;
  if (node.kind === 'number') return `put it in quotes: \`"${node.text}"\``;
  return node.kind === 'boolean' ? `put it in quotes: \`"${node.value}"\`` : undefined;
}
