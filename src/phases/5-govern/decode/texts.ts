/** Interpolated texts and conditions of an answer's program. */
import type { Each, Template, When } from '../../../ir/manifest.ts';
import { parseInterpolation } from '../../../language/interpolation.ts';
import { splitShellWords } from '../../../language/shell-words.ts';
import { parseEach, parseWhen } from '../../../language/when.ts';
import { type AnswerCursor, fail, present, type Reader, rangeOf, textOf } from './answer-cursor.ts';

const malformed =
  'a `${…}` in this text is malformed; the forms are `${config.<path>}`, `${slots.<slot>.url}` and `${item}`, each with its closing brace';

function toTemplate(reader: Reader, cursor: AnswerCursor, source: string): Template | undefined {
  const parsed = parseInterpolation(source);
  return parsed.ok ? { source, pieces: parsed.pieces, range: rangeOf(cursor) } : fail(reader, cursor, malformed);
}

export function templateOf(
  reader: Reader,
  cursor: AnswerCursor | undefined,
  expected = 'a string',
): Template | undefined {
  const text = textOf(reader, cursor, expected);
  return text && cursor ? toTemplate(reader, cursor, text.value) : undefined;
}

/** A command line in one string: split into words first, then each word is read for `${…}`. */
export function wordsOf(reader: Reader, cursor: AnswerCursor, source: string): readonly Template[] | undefined {
  const split = splitShellWords(source);
  if (!split.ok) return fail(reader, cursor, `${split.message}; close it, or give the command as an array`);
  const words = split.words.map((word) => toTemplate(reader, cursor, word));
  return words.every((word) => word !== undefined) ? words : undefined;
}

/** A text that stands for itself. */
export const literal = (source: string, range: Template['range']): Template => ({
  source,
  pieces: [{ kind: 'literal', text: source }],
  range,
});

/** `source` is the condition in a manifest's words: `config.<path>` or `slots.<slot>[.url]`. */
export function toWhen(reader: Reader, cursor: AnswerCursor, source: string): When | undefined {
  const parsed = parseWhen(source);
  if (parsed.ok) return { ...parsed.value, range: rangeOf(cursor) };
  return fail(
    reader,
    cursor,
    'this is not a condition; it is the path of a config value, or a slot (`config.<path>`, `slots.<slot>`)',
  );
}

export function toEach(reader: Reader, cursor: AnswerCursor, source: string): Each | undefined {
  const parsed = parseEach(source);
  if (parsed.ok) return { ...parsed.value, range: rangeOf(cursor) };
  return fail(
    reader,
    cursor,
    'this cannot be repeated over; give the path of a config value, or a slot (`config.<path>`, `slots.<slot>`)',
  );
}

/** `when` and `each` as strings, for spreading. */
export function guardsOf(
  reader: Reader,
  when: AnswerCursor | undefined,
  each: AnswerCursor | undefined,
): { when?: When; each?: Each } {
  const [whenText, eachText] = [textOf(reader, present(when)), textOf(reader, present(each))];
  const decodedWhen = whenText && when && toWhen(reader, when, whenText.value);
  const decodedEach = eachText && each && toEach(reader, each, eachText.value);
  return { ...(decodedWhen ? { when: decodedWhen } : {}), ...(decodedEach ? { each: decodedEach } : {}) };
}
