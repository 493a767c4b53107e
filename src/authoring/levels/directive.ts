/** What a comment says that begins with `headgate-`. */
import { suggest } from '../../base/suggest.ts';
import type { Comment } from '../../language/syntax/comments.ts';

export interface NamedCode {
  readonly name: string;
  /** From the start of the word, where the name stands. */
  readonly start: number;
}

export type Directive =
  | { readonly kind: 'ignore'; readonly word: string; readonly codes: readonly NamedCode[]; readonly reason: string }
  | { readonly kind: 'malformed'; readonly word: string; readonly message: string };

/** A text without it has no directive. */
export const mark = 'headgate-';
const line = 'headgate-ignore';
export const wholeFile = 'headgate-ignore-file';
/** As other tools say it, or longer than it is. */
const alike = /^(?:ignore|disable|suppress|allow|nolint|noqa|silence|skip|off)(?:-|$)/;

function meant(tail: string): string | undefined {
  const near = suggest(tail, ['ignore', 'ignore-file']);
  if (near !== undefined) return `headgate-${near}`;
  if (!alike.test(tail)) return undefined;
  return tail.endsWith('-file') ? wholeFile : line;
}

/** Undefined for a comment that is about something else. O(length of the comment). */
export function directiveOf(comment: Comment): Directive | undefined {
  // Blocks of text often begin each line with a star.
  const text = comment.text.replace(/^[*\s]+/, '');
  const word = /^headgate-[\w-]*/.exec(text)?.[0];
  if (word === undefined) return undefined;
  if (word !== line && word !== wholeFile) {
    const near = meant(word.slice(mark.length));
    return near === undefined
      ? undefined
      : { kind: 'malformed', word, message: `\`${word}\` is not known; \`${near}\` is` };
  }
  const { codes, end } = codesIn(text, word.length);
  if (codes.length === 0)
    return { kind: 'malformed', word, message: `\`${word}\` names no code, so nothing is suppressed` };
  const rest = text.slice(end);
  const reason = rest.startsWith(':') ? rest.slice(1).replace(/\*+$/, '').trim() : '';
  return { kind: 'ignore', word, codes, reason };
}

/** Names with commas between them; an alias has colons in it. */
function codesIn(text: string, from: number): { readonly codes: readonly NamedCode[]; readonly end: number } {
  const pattern = /[\s,]*([^\s,:]+(?:::[^\s,:]+)*)\s*(,?)/y;
  const codes: NamedCode[] = [];
  let end = from;
  for (;;) {
    pattern.lastIndex = end;
    const match = pattern.exec(text);
    if (!match) return { codes, end };
    const name = match[1] as string;
    codes.push({ name, start: text.indexOf(name, end) });
    end += match[0].length;
    if (match[2] === '') return { codes, end };
  }
}
