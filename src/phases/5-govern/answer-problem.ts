import { cutText } from '../../base/cut.ts';
import type { Range } from '../../base/span.ts';
import { positionAt, type SourceText } from '../../base/text.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import type { Pointer } from '../../language/syntax/pointer.ts';

/** What an answer was held against. `V…` are the rules of the wire format; the rest are headgate's own. */
export type AnswerRuleId =
  | 'json'
  | 'shape'
  | 'unknown-template'
  | 'V1'
  | 'V2'
  | 'V3'
  | 'V4'
  | 'V5'
  | 'V6'
  | 'V7'
  | 'V8'
  | 'V9'
  | 'V10'
  | 'V11'
  | 'V12'
  | 'V13'
  | 'V14'
  | 'V15'
  | 'V16'
  | 'unattached-slot'
  | 'ambiguous-name'
  | 'storage-provide'
  | 'invalid-resource'
  | 'mounted-slot'
  | 'protocol';

/** Something wrong with an answer. The message never quotes its values: they may be secrets. */
export interface AnswerProblem {
  readonly rule: AnswerRuleId;
  /** For people: `interpositions[0].interposer.slots`, `<root>`. */
  readonly path: string;
  readonly message: string;
  /** In the text of the answer, 1-based. */
  readonly line?: number;
  readonly column?: number;
  readonly interposition?: number;
  readonly attachment?: number;
  /** How an answer that is no JSON began: at most `maxPreviewBytes` of UTF-8. */
  readonly preview?: string;
}

/** More would bury the first ones, and an answer may hold as many as it has bytes. */
export const maxProblems = 100;
export const maxPreviewBytes: number = 4 * 1024;

const maxKey = 64;

export function showPath(pointer: Pointer): string {
  if (pointer.length === 0) return '<root>';
  const text = pointer.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    const key = cutText(step, maxKey);
    return /^[\w$-]+…?$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
  });
  return text.join('').replace(/^\./, '');
}

export function placeIn(source: SourceText, offset: number): { readonly line: number; readonly column: number } {
  const { line, character } = positionAt(source, offset);
  return { line: line + 1, column: character + 1 };
}

/** The way from a node down to the deepest one that covers a range in the same text. O(depth × log(members)). */
export function pointerTo(node: SyntaxNode, range: Range): Pointer {
  const pointer: (string | number)[] = [];
  for (let current = node; ; ) {
    let next: SyntaxNode | undefined;
    if (current.kind === 'object') {
      const found = covering(current.entries, range, ({ value }) => value.range);
      next = found?.item.value;
      if (found) pointer.push(found.item.key);
    } else if (current.kind === 'array') {
      const found = covering(current.items, range, (item) => item.range);
      next = found?.item;
      if (found) pointer.push(found.index);
    }
    if (!next) return pointer;
    current = next;
  }
}

/** Of members in the order of the text, none of which is inside another. */
function covering<T>(
  members: readonly T[],
  { start, end }: Range,
  rangeOf: (member: T) => Range,
): { readonly item: T; readonly index: number } | undefined {
  let low = 0;
  let high = members.length - 1;
  while (low <= high) {
    const index = (low + high) >> 1;
    const item = members[index] as T;
    const range = rangeOf(item);
    if (range.end < end) low = index + 1;
    else if (range.start > start) high = index - 1;
    else return { item, index };
  }
  return undefined;
}
