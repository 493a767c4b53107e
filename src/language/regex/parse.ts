/**
 * ECMAScript regular expressions with the `u` flag → tree. The text must be one that `new RegExp(text, 'u')` takes: what is wrong
 * in it is not looked for here.
 */

export type RegexNode =
  /** One character, by its place in `atoms`. */
  | { readonly kind: 'atom'; readonly atom: number }
  | { readonly kind: 'sequence'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'choice'; readonly items: readonly RegexNode[] }
  | { readonly kind: 'repeat'; readonly item: RegexNode; readonly min: number; readonly max: number }
  | { readonly kind: 'edge'; readonly edge: Edge }
  | { readonly kind: 'look'; readonly behind: boolean; readonly negative: boolean; readonly body: RegexNode };

export type Edge = 'start' | 'end' | 'word' | 'not-word';

/** Why a regular expression cannot be matched in bounded time. */
export type RegexLimit = 'back-reference' | 'too-deep' | 'too-large' | 'modifiers';

export interface ParsedRegex {
  readonly root: RegexNode;
  /** Each a regular expression for one character, without repeats. */
  readonly atoms: readonly string[];
}

/** Deeper groups are refused, so that walks over the tree may recurse. */
const maxDepth = 200;

/** An escape that stands for one character, a class in brackets, or a character. A pair of surrogate escapes is one character. */
const atomPattern =
  /\\u[dD][89abAB][\da-fA-F]{2}\\u[dD][c-fC-F][\da-fA-F]{2}|\\u(?:\{[\da-fA-F]+\}|[\da-fA-F]{4})|\\x[\da-fA-F]{2}|\\c[A-Za-z]|\\[pP]\{[^}]*\}|\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|[\s\S]/uy;
const quantifierPattern = /(?:[*+?]|\{(\d+)(,(\d*))?\})\??/y;
const groupPattern = /\((?:\?(?::|(<?[=!])|<(?![=!])[^>]*>|([a-z-]+:)))?/y;

interface Reader {
  readonly text: string;
  at: number;
  depth: number;
  readonly atoms: Map<string, number>;
  limit?: RegexLimit;
}

export function parseRegex(text: string): ParsedRegex | { readonly limit: RegexLimit } {
  const reader: Reader = { text, at: 0, depth: 0, atoms: new Map() };
  const root = choice(reader);
  return reader.limit ? { limit: reader.limit } : { root, atoms: [...reader.atoms.keys()] };
}

const nothing: RegexNode = { kind: 'sequence', items: [] };

function refuse(reader: Reader, limit: RegexLimit): RegexNode {
  reader.limit ??= limit;
  reader.at = reader.text.length;
  return nothing;
}

function taken(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found) reader.at += found[0].length;
  return found ?? undefined;
}

function took(reader: Reader, text: string): boolean {
  if (!reader.text.startsWith(text, reader.at)) return false;
  reader.at += text.length;
  return true;
}

/** Up to the bracket that closes the group, or to the end. */
function choice(reader: Reader): RegexNode {
  if (reader.depth >= maxDepth) return refuse(reader, 'too-deep');
  reader.depth++;
  const items = [sequence(reader)];
  while (took(reader, '|')) items.push(sequence(reader));
  reader.depth--;
  return items.length === 1 ? (items[0] as RegexNode) : { kind: 'choice', items };
}

function sequence(reader: Reader): RegexNode {
  const items: RegexNode[] = [];
  while (reader.at < reader.text.length && !/[|)]/.test(reader.text[reader.at] as string)) {
    items.push(quantified(reader, term(reader)));
  }
  return items.length === 1 ? (items[0] as RegexNode) : { kind: 'sequence', items };
}

function quantified(reader: Reader, item: RegexNode): RegexNode {
  const found = taken(reader, quantifierPattern);
  if (!found) return item;
  const [text, least, comma, most] = found;
  const repeat = (min: number, max: number): RegexNode => ({ kind: 'repeat', item, min, max });
  if (text.startsWith('*')) return repeat(0, Number.POSITIVE_INFINITY);
  if (text.startsWith('+')) return repeat(1, Number.POSITIVE_INFINITY);
  if (text.startsWith('?')) return repeat(0, 1);
  const min = Number(least);
  return repeat(min, comma === undefined ? min : most === '' ? Number.POSITIVE_INFINITY : Number(most));
}

function term(reader: Reader): RegexNode {
  const edge = edgeAt(reader);
  if (edge) return { kind: 'edge', edge };
  const group = taken(reader, groupPattern);
  if (group) return inside(reader, group);
  if (/^\\(?:[1-9]|k)/.test(reader.text.slice(reader.at, reader.at + 2))) return refuse(reader, 'back-reference');
  const source = (taken(reader, atomPattern) as RegExpExecArray)[0];
  const atom = reader.atoms.get(source) ?? reader.atoms.size;
  reader.atoms.set(source, atom);
  return { kind: 'atom', atom };
}

function edgeAt(reader: Reader): Edge | undefined {
  if (took(reader, '^')) return 'start';
  if (took(reader, '$')) return 'end';
  if (took(reader, '\\b')) return 'word';
  return took(reader, '\\B') ? 'not-word' : undefined;
}

function inside(reader: Reader, [, look, modifiers]: RegExpExecArray): RegexNode {
  if (modifiers !== undefined) return refuse(reader, 'modifiers');
  const body = choice(reader);
  took(reader, ')');
  if (look === undefined) return body;
  return { kind: 'look', behind: look.startsWith('<'), negative: look.endsWith('!'), body };
}
