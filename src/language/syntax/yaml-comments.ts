import { Lexer } from 'yaml';
import type { Range } from '../../base/span.ts';

/** Marks of the library's lexer that are no text: start of a document, end of an open flow collection, and a scalar that follows. */
const marks = new Set(['\u0002', '\u0018']);
const scalarFollows = '\u001f';

/** Every comment of a YAML text, from its `#` to the end of its line. Works on broken texts too. O(length). */
export function yamlComments(text: string): readonly Range[] {
  const found: Range[] = [];
  let start = 0;
  let scalar = false;
  for (const lexeme of new Lexer().lex(text)) {
    if (scalar) scalar = false;
    else if (marks.has(lexeme)) continue;
    else if (lexeme === scalarFollows) {
      scalar = true;
      continue;
    } else if (lexeme.startsWith('#')) found.push({ start, end: start + lexeme.length });
    start += lexeme.length;
  }
  return found;
}
