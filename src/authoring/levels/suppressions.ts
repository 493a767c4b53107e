/** The suppressions that the comments of one text make. */
import { at, type Location, type Range } from '../../base/span.ts';
import { positionAt, type SourceText } from '../../base/text.ts';
import * as D from '../../diagnostics/catalogue/suppressions.ts';
import { codesNamed, nearestName } from '../../diagnostics/codes.ts';
import type { Place } from '../../diagnostics/define.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type Comment, commentsOf } from '../../language/syntax/comments.ts';
import { type Directive, directiveOf, mark, type NamedCode, wholeFile } from './directive.ts';

/** One code of one comment. */
export interface Suppression {
  readonly name: string;
  /** What the name means, without errors. */
  readonly codes: readonly string[];
  /** Of the name in the comment. */
  readonly range: Range;
  /** Zero-based; `file` for all of them, `none` where no line follows. */
  readonly line: number | 'file' | 'none';
}

export interface Read {
  readonly suppressions: readonly Suppression[];
  readonly diagnostics: readonly Diagnostic[];
}

/** About suppressions themselves: they have levels, and cannot be suppressed. */
export const ownCodes: ReadonlySet<string> = new Set(Object.values(D).map(({ code }) => code));

/** O(length), and one search for a text that says nothing of headgate. */
export function readSuppressions(source: SourceText): Read {
  const suppressions: Suppression[] = [];
  const diagnostics: Diagnostic[] = [];
  if (!source.text.includes(mark)) return { suppressions, diagnostics };
  const comments = commentsOf(source);
  const following = followingCode(source.text, comments);
  const first = codeFrom(source.text, 0, comments[0]?.range.start, following[0]) ?? source.text.length;
  for (const [i, comment] of comments.entries()) {
    const directive = directiveOf(comment);
    if (!directive) continue;
    const place = placeOf(source, comment, directive);
    const whole = directive.kind === 'ignore' && directive.word === wholeFile;
    if (directive.kind === 'malformed') diagnostics.push(D.malformedSuppression(directive, place(0)));
    else if (whole && comment.range.start > first)
      diagnostics.push(D.malformedSuppression({ message: late }, place(0)));
    else {
      const line = whole ? 'file' : lineFor(source, comment, following[i]);
      const hasReason = directive.reason !== '';
      if (!hasReason) diagnostics.push(withoutReason(directive, place(0)));
      for (const code of directive.codes) {
        const fault = faultOf(code, place(code.start, code.name.length));
        if (fault) diagnostics.push(fault);
        else if (hasReason)
          suppressions.push({ ...meaning(code.name), range: place(code.start, code.name.length).at.range, line });
      }
    }
  }
  return { suppressions, diagnostics };
}

const late = `\`${wholeFile}\` counts only before everything else in a file, and this one stands behind something`;

type Ignore = Extract<Directive, { kind: 'ignore' }>;

/** Offsets of a directive begin at its word. */
function placeOf({ file, text }: SourceText, comment: Comment, directive: Directive) {
  const base = text.indexOf(directive.word, comment.range.start);
  return (start: number, length = directive.word.length): { readonly at: Location } => ({
    at: at(file, { start: base + start, end: base + start + length }),
  });
}

const withoutReason = ({ word, codes }: Ignore, place: Place): Diagnostic =>
  D.suppressionWithoutReason({ word, codes: codes.map(({ name }) => name) }, place);

function faultOf({ name }: NamedCode, place: Place): Diagnostic | undefined {
  const known = codesNamed(name);
  if (known.length === 0) return D.suppressionUnknownCode({ code: name, near: nearestName(name) }, place);
  if (known.every(({ severity }) => severity === 'error')) return D.suppressionOfError({ code: name }, place);
  if (!known.some(({ code }) => ownCodes.has(code))) return undefined;
  const message = `\`${name}\` is about suppressions, and cannot be suppressed`;
  return D.malformedSuppression({ message }, { ...place, help: 'give it a level in the settings instead' });
}

const meaning = (name: string): Pick<Suppression, 'name' | 'codes'> => ({
  name,
  codes: codesNamed(name)
    .filter(({ severity }) => severity !== 'error')
    .map(({ code }) => code),
});

/** A comment on a line of its own is about the next line with something in it; any other about its own line. */
function lineFor(source: SourceText, comment: Comment, following: number | undefined): Suppression['line'] {
  if (comment.ownLine) return following === undefined ? 'none' : positionAt(source, following).line;
  const { start, end } = comment.range;
  const before = source.text.slice(source.text.lastIndexOf('\n', start - 1) + 1, start);
  return positionAt(source, before.trim() === '' ? end : start).line;
}

/** For each comment, where the next text is that is neither space nor comment. O(length). */
function followingCode(text: string, comments: readonly Comment[]): readonly (number | undefined)[] {
  const following: (number | undefined)[] = [];
  for (let i = comments.length - 1; i >= 0; i--) {
    const from = (comments[i] as Comment).range.end;
    following[i] = codeFrom(text, from, comments[i + 1]?.range.start, following[i + 1]);
  }
  return following;
}

/** `behind` is the answer for what stands behind the comment that begins at `next`. */
function codeFrom(
  text: string,
  from: number,
  next: number | undefined,
  behind: number | undefined,
): number | undefined {
  const space = /(?:\s|^---(?=\s|$))*/my;
  space.lastIndex = from;
  space.test(text);
  const found = space.lastIndex;
  if (found === next) return behind;
  return found < text.length ? found : undefined;
}
