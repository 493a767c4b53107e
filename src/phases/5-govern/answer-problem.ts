import { cutText } from '../../base/cut.ts';
import type { Range } from '../../base/span.ts';
import { positionAt, type SourceText } from '../../base/text.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import type { Pointer } from '../../language/syntax/pointer.ts';

/** What an answer was held against. `V…` are the rules of the wire format; the rest are headgate's own. */
export type AnswerRuleId =
  | 'json'
  | 'shape'
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
  | 'mounted-slot';

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

/** The way from a node down to the deepest one that covers a range in the same text. */
export function pointerTo(node: SyntaxNode, range: Range): Pointer {
  const pointer: (string | number)[] = [];
  const covers = (outer: Range): boolean => outer.start <= range.start && range.end <= outer.end;
  for (let current = node; ; ) {
    let next: SyntaxNode | undefined;
    if (current.kind === 'object') {
      const entry = current.entries.find(({ value }) => covers(value.range));
      next = entry?.value;
      if (entry) pointer.push(entry.key);
    } else if (current.kind === 'array') {
      const index = current.items.findIndex((item) => covers(item.range));
      next = current.items[index];
      if (next) pointer.push(index);
    }
    if (!next) return pointer;
    current = next;
  }
}
