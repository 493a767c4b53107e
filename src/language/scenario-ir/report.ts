import { at } from '../../base/span.ts';
import * as D from '../../diagnostics/catalogue/ir.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import type { SyntaxNode } from '../../ir/syntax.ts';
import { below } from '../decode/cursor.ts';
import { follow, type Pointer } from '../syntax/pointer.ts';

/** Tells what is wrong at a place of the IR: the deepest part of it that is there. */
export type Fail = (pointer: Pointer, message: string) => void;

export const irReporter =
  (file: string, root: SyntaxNode, sink: Sink): Fail =>
  (pointer, message) => {
    const path = pointer.reduce<string>((text, step) => below(text, step), '');
    sink.report(D.irInvalid({ path, message }, { at: at(file, follow(root, pointer).node.range) }));
  };
