/** Keys by which a later run is told that it found the same problem again. */
import { digestOf } from '../../base/digest.ts';
import type { Location } from '../../base/span.ts';
import { lineStarts, positionAt, type Sources, type SourceText } from '../../base/text.ts';
import { type Diagnostic, markedAt } from '../diagnostic.ts';

/** What a rule is called outside: the code, and behind it whose rule it is. */
export const ruleId = ({ code, rule }: Diagnostic): string => (rule === undefined ? code : `${code}/${rule}`);

/** A longer line is that of a file without line breaks: it changes with everything in it. In UTF-16 units. */
const LONGEST = 200;

/**
 * One key for each diagnostic, in their order: of its code, its file, the marked text and its line, and not of the line's
 * number, the message or other files. The number at the end tells those apart that are alike in all of these.
 */
export function fingerprints(diagnostics: readonly Diagnostic[], sources: Sources): readonly string[] {
  const seen = new Map<string, number>();
  return diagnostics.map((d) => {
    const subject = [ruleId(d), ...markedText(markedAt(d), sources)].join('\0');
    const count = (seen.get(subject) ?? 0) + 1;
    seen.set(subject, count);
    return `${digestOf(subject).slice('sha256:'.length, 'sha256:'.length + 24)}:${count}`;
  });
}

function markedText(at: Location | undefined, sources: Sources): readonly string[] {
  if (!at) return [];
  const source = sources.get(at.file);
  if (!source) return [at.file];
  const { start, end } = at.range;
  const [marked = ''] = source.text.slice(start, Math.min(end, start + LONGEST)).split(/[\r\n]/, 1);
  return [at.file, marked.trim(), shortLine(source, start)];
}

function shortLine(source: SourceText, offset: number): string {
  const starts = lineStarts(source);
  const { line } = positionAt(source, offset);
  const from = starts[line] as number;
  const to = starts[line + 1] ?? source.text.length;
  return to - from > LONGEST ? '' : source.text.slice(from, to).trim();
}

const [TAB, LF, CR, SPACE] = [9, 10, 13, 32];
const END = 0xffff;
/** Characters of a file, without blanks, that make up the hash of a line. */
const WINDOW = 100;
const BASE = 37;
const HALF = 2 ** 32;

/**
 * GitHub's `primaryLocationLineHash` of every line: a polynomial, modulo 2^64, of the characters from the line's beginning on, with a
 * count of the lines that have the same. Its upload action works out the same and warns of each result that says something
 * else; an upload without the action has no other way to it. Line breaks are LF, CR LF and CR.
 */
export function lineHashes(text: string): readonly string[] {
  const { characters, starts } = withoutBlanks(text);
  const seen = new Map<string, number>();
  return starts.map((start) => {
    const hash = hashFrom(characters, start);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}

interface Dense {
  /** Zero behind the end of the text. */
  readonly characters: Uint16Array;
  /** Where each line begins in them. */
  readonly starts: readonly number[];
}

function withoutBlanks(text: string): Dense {
  const characters = new Uint16Array(text.length + 1 + WINDOW);
  const starts = [0];
  let length = 0;
  let afterCr = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const skipped = code === SPACE || code === TAB || (afterCr && code === LF);
    afterCr = code === CR;
    if (skipped) continue;
    const isBreak = code === CR || code === LF;
    characters[length++] = isBreak ? LF : code;
    if (isBreak) starts.push(length);
  }
  characters[length] = END;
  return { characters, starts };
}

/** In two halves, as no number holds 64 bits. */
function hashFrom(characters: Uint16Array, start: number): string {
  let high = 0;
  let low = 0;
  for (let i = start; i < start + WINDOW; i++) {
    const sum = low * BASE + (characters[i] as number);
    low = sum % HALF;
    high = (high * BASE + Math.floor(sum / HALF)) % HALF;
  }
  return high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0');
}
