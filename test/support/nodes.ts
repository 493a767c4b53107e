/** Syntax trees from plain JSON, with true ranges in a text that is made on the way. */
import { isObject, type JsonObject, type JsonValue } from '../../src/base/json.ts';
import type { Range } from '../../src/base/span.ts';
import type { Entry, ObjectNode, SyntaxNode } from '../../src/ir/syntax.ts';

export interface Written<N extends SyntaxNode = SyntaxNode> {
  readonly text: string;
  readonly node: N;
  readonly slice: (range: Range) => string;
}

export const written = (value: JsonObject): Written<ObjectNode> => {
  const parts: string[] = [];
  const node = write(value, parts, { at: 0 }) as ObjectNode;
  const text = parts.join('');
  return { text, node, slice: (range) => text.slice(range.start, range.end) };
};

export const objectNode = (value: JsonObject): ObjectNode => written(value).node;

function write(value: JsonValue, parts: string[], cursor: { at: number }): SyntaxNode {
  const put = (text: string): Range => {
    parts.push(text);
    const start = cursor.at;
    cursor.at += text.length;
    return { start, end: cursor.at };
  };
  const start = cursor.at;
  if (Array.isArray(value)) {
    put('[');
    const items = (value as readonly JsonValue[]).map((item, i) => {
      if (i > 0) put(',');
      return write(item, parts, cursor);
    });
    return { kind: 'array', items, range: { start, end: put(']').end } };
  }
  if (isObject(value)) {
    put('{');
    const entries = Object.keys(value).map((key, i): Entry => {
      if (i > 0) put(',');
      const keyRange = put(JSON.stringify(key));
      put(':');
      return { key, keyRange, value: write(value[key] as JsonValue, parts, cursor) };
    });
    return { kind: 'object', entries, range: { start, end: put('}').end } };
  }
  const range = put(JSON.stringify(value));
  if (value === null) return { kind: 'null', range };
  if (typeof value === 'string') return { kind: 'string', value, range };
  if (typeof value === 'boolean') return { kind: 'boolean', value, range };
  return { kind: 'number', value: value as number, text: String(value), range };
}
