import type { Range } from '../../base/span.ts';

/** Why a text could not be parsed; the caller makes a diagnostic of it. */
export interface SyntaxProblem {
  readonly kind: 'syntax' | 'too-deep' | 'alias-limit' | 'tag' | 'multiple-documents' | 'number' | 'key';
  readonly message: string;
  readonly range: Range;
  readonly help?: string;
}
