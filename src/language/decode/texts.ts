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
  const parsed = parseInterpolation(source);
  if (parsed.ok) return { source, pieces: parsed.pieces, range };
  ctx.report('invalid-interpolation', blame, path, parsed.message);
  return undefined;
}

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
export function rawTextOf(
  ctx: DecodeContext,
  cursor: Cursor | undefined,
  expected: string,
): { readonly value: string; readonly range: Range } | undefined {
  if (!cursor) return undefined;
  if (cursor.node.kind === 'string') return { value: cursor.node.value, range: cursor.node.range };
  if (cursor.node.kind !== 'object') return wrongType(ctx, cursor, expected);
  const fields = fieldsOf(ctx, cursor, { known: ['file'], required: ['file'] });
  const path = fields && textOf(ctx, fields.get('file'));
  return path && { value: ctx.sidecars.get(path.value) ?? unread, range: cursor.node.range };
}

/** A string or `{file}`, with `${…}` in it. */
export function templateOrFile(ctx: DecodeContext, cursor: Cursor | undefined, blame?: Range): Template | undefined {
  const text = rawTextOf(ctx, cursor, 'a string or `{file: "path"}`');
  return text && cursor ? toTemplate(ctx, text.value, text.range, cursor.path, blame ?? text.range) : undefined;
}

/** A command line: split into words first, then each word is read for `${…}`. */
export function wordsOf(
  ctx: DecodeContext,
  text: { readonly value: string; readonly range: Range },
  path: string,
): readonly Template[] | undefined {
  const split = splitShellWords(text.value);
  if (!split.ok) {
    ctx.report('unclosed-quote', text.range, path, split.message, 'close the quote, or write the command as an array');
    return undefined;
  }
  const words = split.words.map((word) => toTemplate(ctx, word, text.range, path));
  return words.every((word) => word !== undefined) ? words : undefined;
}

export function whenOf(ctx: DecodeContext, cursor: Cursor | undefined, blame?: Range): When | undefined {
  const text = optionalText(ctx, cursor);
  if (!text || !cursor) return undefined;
  const parsed = parseWhen(text.value);
  if (parsed.ok) return { ...parsed.value, range: text.range };
  if (parsed.unknownSource) ctx.report('invalid-value', blame ?? text.range, cursor.path, parsed.message);
  else ctx.report('invalid-when-path', blame ?? text.range, cursor.path, parsed.message);
  return undefined;
}

export function eachOf(ctx: DecodeContext, cursor: Cursor | undefined, blame?: Range): Each | undefined {
  const text = optionalText(ctx, cursor);
  if (!text || !cursor) return undefined;
  const parsed = parseEach(text.value);
  if (parsed.ok) return { ...parsed.value, range: text.range };
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
