import type { Range } from '../../base/span.ts';

/** Something wrong inside a program; `kind` says which part of it, `location` is for people (`program.args[0].argv[1]`). */
export interface ProgramProblem {
  readonly kind: 'slot' | 'condition' | 'each' | 'item' | 'mount' | 'endpoint' | 'config';
  readonly message: string;
  readonly range: Range;
  readonly location: string;
  readonly label: string;
}
