import type { LoweredProgram } from '../../ir/graph.ts';
import { parseInterpolation } from '../../language/interpolation.ts';

/** The words of a command line that are known without config and slots, up to the first that is not. */
export function knownWords(program: LoweredProgram): readonly string[] {
  if (!('path' in program)) return [];
  const words: string[] = [];
  for (const word of [program.path, ...program.args]) {
    const parsed = typeof word === 'string' ? parseInterpolation(word) : undefined;
    if (!parsed?.ok || parsed.pieces.some(({ kind }) => kind !== 'literal')) break;
    words.push(parsed.pieces.map((piece) => (piece.kind === 'literal' ? piece.text : '')).join(''));
  }
  return words;
}
