/** Interpolated texts, `{file: …}`, `when` and `each`. */
import type { Range } from '../../base/span.ts';
import type { Each, Template, When } from '../../ir/manifest.ts';
import { parseInterpolation } from '../interpolation.ts';
import { splitShellWords } from '../shell-words.ts';
import { parseEach, parseWhen } from '../when.ts';
import type { DecodeContext } from './context.ts';
import { type Cursor, fieldsOf, optionalText, textOf, wrongType } from './cursor.ts';

/** `blame`: where a fault is marked, when that is not the text itself. */
export function toTemplate(
  ctx: DecodeContext,
  source: string,
  range: Range,
  path: string,
  blame: Range = range,
): Template | undefined {
  return template(ctx, { value: source, range }, path, blame);
}

export interface RawText {
  readonly value: string;
  readonly range: Range;
  /** Where it was read from, as written. */
  readonly file?: string;
}

function template(ctx: DecodeContext, text: RawText, path: string, blame: Range, help?: string): Template | undefined {
  const parsed = parseInterpolation(text.value);
  if (parsed.ok) return { source: text.value, pieces: parsed.pieces, range: text.range };
  ctx.report('invalid-interpolation', blame, path, inFile(text, parsed.message), help);
  return undefined;
}

/** The range is in the manifest, the fault in the file. */
const inFile = ({ file }: RawText, message: string): string =>
  file === undefined ? message : `in file \`${file}\`: ${message}`;

/** A string that may hold `${…}`. */
export function templateOf(
  ctx: DecodeContext,
  cursor: Cursor | undefined,
  expected = 'a string',
  blame?: Range,
): Template | undefined {
  const text = textOf(ctx, cursor, expected);
  return text && cursor ? toTemplate(ctx, text.value, text.range, cursor.path, blame ?? text.range) : undefined;
}

/** Stands for a file that could not be read, which was reported: whatever needs a text must not complain that there is none. */
const unread = 'unread';

/** The text of a string, or of the file that `{file: "path"}` names. */
export function rawTextOf(ctx: DecodeContext, cursor: Cursor | undefined, expected: string): RawText | undefined {
  if (!cursor) return undefined;
  if (cursor.node.kind === 'string') return { value: cursor.node.value, range: cursor.node.range };
  if (cursor.node.kind !== 'object') return wrongType(ctx, cursor, expected);
  const fields = fieldsOf(ctx, cursor, { known: ['file'], required: ['file'] });
  const path = fields && textOf(ctx, fields.get('file'));
  return path && { value: ctx.sidecars.get(path.value) ?? unread, range: cursor.node.range, file: path.value };
}

/** A string or `{file}`, with `${…}` in it. */
export function templateOrFile(ctx: DecodeContext, cursor: Cursor | undefined, blame?: Range): Template | undefined {
  const text = rawTextOf(ctx, cursor, 'a string or `{file: "path"}`');
  return text && cursor ? template(ctx, text, cursor.path, blame ?? text.range) : undefined;
}

/** A command line: split into words first, then each word is read for `${…}`. */
export function wordsOf(ctx: DecodeContext, text: RawText, path: string): readonly Template[] | undefined {
  const split = splitShellWords(text.value);
  if (!split.ok) {
    ctx.report(
      'unclosed-quote',
      text.range,
      path,
      inFile(text, split.message),
      'close the quote, or write the command as an array',
    );
    return undefined;
  }
  const apart = 'it is split into words first: take the blanks out of `${…}`, or write the command as an array';
  const help = parseInterpolation(text.value).ok ? apart : undefined;
  const words = split.words.map((value) => template(ctx, { ...text, value }, path, text.range, help));
  return words.every((word) => word !== undefined) ? words : undefined;
}

export function whenOf(ctx: DecodeContext, cursor: Cursor | undefined, blame?: Range): When | undefined {
  const text = optionalText(ctx, cursor);
  if (!text || !cursor) return undefined;
  const parsed = parseWhen(text.value);
  if (parsed.ok) return { range: text.range, ...parsed.value };
  if (parsed.unknownSource) ctx.report('invalid-value', blame ?? text.range, cursor.path, parsed.message);
  else ctx.report('invalid-when-path', blame ?? text.range, cursor.path, parsed.message);
  return undefined;
}

export function eachOf(ctx: DecodeContext, cursor: Cursor | undefined, blame?: Range): Each | undefined {
  const text = optionalText(ctx, cursor);
  if (!text || !cursor) return undefined;
  const parsed = parseEach(text.value);
  if (parsed.ok) return { range: text.range, ...parsed.value };
  ctx.report('invalid-each-path', blame ?? text.range, cursor.path, parsed.message);
  return undefined;
}

/** `when` and `each` of an item, for spreading. */
export function guardsOf(
  ctx: DecodeContext,
  when: Cursor | undefined,
  each: Cursor | undefined,
  blame?: Range,
): { when?: When; each?: Each } {
  const decodedWhen = whenOf(ctx, when, blame);
  const decodedEach = eachOf(ctx, each, blame);
  return { ...(decodedWhen ? { when: decodedWhen } : {}), ...(decodedEach ? { each: decodedEach } : {}) };
}
