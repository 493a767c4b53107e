/** Whether a value has the parts that a test names. Nesting is bounded by the parser of the test. */
import { cutText } from '../../base/cut.ts';
import { isObject, type JsonValue, own, sortedJson } from '../../base/json.ts';
import type { Range } from '../../base/span.ts';
import { suggest } from '../../base/suggest.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { below } from '../../language/decode/cursor.ts';
import { toJson } from '../../language/syntax/to-json.ts';

export interface Mismatch {
  readonly range: Range;
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly help?: string;
}

/**
 * Of an object the fields that are written must be there and fit; of a list all items must. An empty object or list fits an
 * empty one alone.
 */
export function mismatches(node: SyntaxNode, value: JsonValue | undefined, path: string): readonly Mismatch[] {
  if (node.kind === 'object' && node.entries.length > 0 && isObject(value)) {
    return node.entries.flatMap(({ key, keyRange, value: part }): readonly Mismatch[] => {
      const inner = below(path, key);
      if (Object.hasOwn(value, key)) return mismatches(part, own(value, key), inner);
      const near = suggest(key, Object.keys(value));
      const help = near === undefined ? {} : { help: `did you mean \`${near}\`?` };
      return [{ range: keyRange, path: inner, expected: shown(toJson(part)), found: 'no such field', ...help }];
    });
  }
  if (node.kind === 'array' && Array.isArray(value) && value.length === node.items.length && value.length > 0) {
    return node.items.flatMap((item, index) => mismatches(item, value[index] as JsonValue, below(path, index)));
  }
  const expected = toJson(node);
  if (value !== undefined && sortedJson(value) === sortedJson(expected)) return [];
  return [
    { range: node.range, path, expected: shown(expected), found: value === undefined ? 'nothing' : shown(value) },
  ];
}

const shown = (value: JsonValue): string => `\`${cutText(sortedJson(value), 300)}\``;
