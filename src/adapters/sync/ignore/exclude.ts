/** Globs of the settings as patterns of bytes. */
import { type Glob, parseGlob } from '../../../base/glob.ts';
import type { SyncFault } from '../fault.ts';
import type { NamePattern, Segments, Token } from './pattern.ts';

/** What matches a folder matches everything in it, since the folder is not entered. */
export function excluding(
  globs: readonly string[],
): { readonly patterns: readonly Segments[] } | { readonly fault: SyncFault } {
  const patterns: Segments[] = [];
  for (const text of globs) {
    const parsed = parseGlob(text);
    if ('fault' in parsed)
      return {
        fault: {
          code: 'workspace_exclude_invalid',
          message: `\`${text}\` is not a glob: ${parsed.fault}`,
          remedy: 'correct it in `exclude` of the workspace',
        },
      };
    patterns.push(...parsed.glob.alternatives.map((names) => names.map(segmentOf)));
  }
  return { patterns };
}

/** This one path, and what lies below it. */
export const exactly = (path: string): Segments => path.split('/').map((text) => ({ kind: 'literal', text }));

function segmentOf(name: Glob['alternatives'][number][number]): '**' | NamePattern {
  if (name === '**') return name;
  const tokens = name.map((piece): Token => (typeof piece === 'object' ? bytesOfCharacter(piece.char) : piece));
  const rest = tokens.slice(1);
  const isLiteral = (token: Token): token is string => typeof token === 'string' && token !== 'many' && token !== 'one';
  if (tokens.every(isLiteral)) return { kind: 'literal', text: tokens.join('') };
  if (tokens[0] === 'many' && rest.every(isLiteral)) return { kind: 'suffix', text: rest.join('') };
  return { kind: 'tokens', tokens, text: true };
}

const bytesOfCharacter = (character: string): string => Buffer.from(character, 'utf8').toString('latin1');
