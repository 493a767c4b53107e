import type { Range } from '../../base/span.ts';
import { maxNesting } from './limits.ts';

/** Why a text could not be parsed; the caller makes a diagnostic of it. */
export interface SyntaxProblem {
  readonly kind:
    | 'syntax'
    | 'too-deep'
    | 'too-many-values'
    | 'alias-limit'
    | 'tag'
    | 'multiple-documents'
    | 'number'
    | 'key';
  readonly message: string;
  readonly range: Range;
  readonly help?: string;
}

export const tooDeep = (range: Range): SyntaxProblem => ({
  kind: 'too-deep',
  message: `values are nested more than ${maxNesting} levels deep`,
  range,
});

export const tooMany = (what: string, limit: number, start: number): SyntaxProblem => ({
  kind: 'too-many-values',
  message: `this text has more than ${limit} ${what}`,
  range: { start, end: start + 1 },
});

/** Something that is opened and never closed is shown where it is opened. */
export const unclosed = (start: number, what: string, closing: string, length = 1): SyntaxProblem => ({
  kind: 'syntax',
  message: `this ${what} is not closed`,
  range: { start, end: start + length },
  help: `add ${closing}`,
});

/** Spaces and comments at most. */
export const nothingIn = (text: string, help: string): SyntaxProblem => ({
  kind: 'syntax',
  message: text.trim() === '' ? 'the file is empty' : 'there is nothing but comments in the file',
  range: { start: 0, end: 0 },
  help,
});
