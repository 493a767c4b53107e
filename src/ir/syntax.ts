/** The text-level tree that YAML, JSON5 and JSON all parse to. Every key and value has its range in the text. */
import type { Range } from '../base/span.ts';

export interface ObjectNode {
  readonly kind: 'object';
  readonly range: Range;
  /** In the order of the text. A key given twice is present twice; the decoder reports it. */
  readonly entries: readonly Entry[];
}
export interface Entry {
  readonly key: string;
  readonly keyRange: Range;
  readonly value: SyntaxNode;
}
export interface ArrayNode {
  readonly kind: 'array';
  readonly range: Range;
  readonly items: readonly SyntaxNode[];
}
export interface StringNode {
  readonly kind: 'string';
  readonly range: Range;
  readonly value: string;
}
export interface NumberNode {
  readonly kind: 'number';
  readonly range: Range;
  readonly value: number;
  /**
   * The number as the reference prints it in canonical JSON: integers that fit 64 bits keep all digits, everything else is
   * a shortest float with a point (`1.0`, `1e21`).
   */
  readonly text: string;
}
export interface BooleanNode {
  readonly kind: 'boolean';
  readonly range: Range;
  readonly value: boolean;
}
export interface NullNode {
  readonly kind: 'null';
  readonly range: Range;
}
export type SyntaxNode = ObjectNode | ArrayNode | StringNode | NumberNode | BooleanNode | NullNode;
