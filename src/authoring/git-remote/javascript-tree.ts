/** The syntax tree of JavaScript and TypeScript, as the parser in prettier makes it. */
import type { Comment } from './offence.ts';

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Tree {
  readonly program: Node;
  readonly comments: readonly Comment[];
}

export type ParseTree = (text: string, name: string) => Tree | { readonly fault: string; readonly start: number };

/** Loads the parser, which nothing else needs. */
export async function loadParser(): Promise<ParseTree> {
  const { parsers } = await import('prettier/plugins/babel');
  return (text, name) => {
    try {
      const file = parsers['babel-ts'].parse(text, { filepath: name } as never) as unknown as {
        readonly program: Node;
        readonly comments: readonly { readonly start: number; readonly value: string }[];
      };
      return { program: file.program, comments: file.comments.map(({ start, value }) => ({ start, text: value })) };
    } catch (error) {
      const { message, loc } = error as SyntaxError & { readonly loc?: { readonly start?: Position } };
      return { fault: message.replace(/\s*\(\d+:\d+\)[\s\S]*$/, ''), start: offsetOf(text, loc?.start) };
    }
  };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

function offsetOf(text: string, position: Position | undefined): number {
  if (!position) return 0;
  const lines = text.split('\n').slice(0, position.line - 1);
  return Math.min(text.length, lines.reduce((sum, line) => sum + line.length + 1, 0) + position.column - 1);
}

/** Each node before what is in it, without recursion: sums of many texts are deep. */
export function walk(root: Node, visit: (node: Node, parent: Node | undefined) => void): void {
  const left: (readonly [Node, Node | undefined])[] = [[root, undefined]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [node, parent] = next;
    visit(node, parent);
    const below = childrenOf(node);
    for (const child of below.toReversed()) left.push([child, node]);
  }
}

export function childrenOf(node: Node): readonly Node[] {
  const found: Node[] = [];
  for (const [name, value] of Object.entries(node)) {
    if (name === 'loc' || name === 'extra' || name.endsWith('omments')) continue;
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) found.push(one);
  }
  return found;
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && typeof (value as Node).type === 'string' && 'start' in value;
