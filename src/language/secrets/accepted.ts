/** Comments that say of a line that what looks like a secret in it is none. Whoever reviews the file sees them, and why. */
import { positionAt, type SourceText } from '../../base/text.ts';
import { commentsOf } from '../syntax/comments.ts';

const word = 'headgate-not-secret';
const form = new RegExp(`^${word}\\s*:\\s*\\S`);

/**
 * Zero-based numbers of the lines that such a comment is about: its own, or the next one with something in it. Without a reason it is
 * about none. The format of the text must have been loaded. O(length), and one search for a text without such a comment.
 */
export function acceptedLines(source: SourceText): ReadonlySet<number> {
  const lines = new Set<number>();
  if (!source.text.includes(word)) return lines;
  const comments = commentsOf(source);
  // Lines with nothing but comments in them.
  const bare = new Set<number>();
  const of = (offset: number): number => positionAt(source, offset).line;
  for (const { range, ownLine } of comments)
    if (ownLine) for (let line = of(range.start); line <= of(range.end - 1); line++) bare.add(line);
  const texts = source.text.split('\n');
  for (const { range, ownLine, text } of comments) {
    if (!form.test(text.replace(/^[*\s]+/, ''))) continue;
    let line = of(range.start);
    if (ownLine) while (line < texts.length && (bare.has(line) || texts[line]?.trim() === '')) line++;
    lines.add(line);
  }
  return lines;
}
