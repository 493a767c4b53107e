/** Giving an object a field. */
import type { Range } from '../../base/span.ts';
import type { Entry, ObjectNode } from '../../ir/syntax.ts';
import type { Page } from './page.ts';
import { childRange, colonOf, isInsideComment, lineEnd, lineStart, newlineOf, styleOf } from './places.ts';
import { type Member, membersOf } from './remove-flow.ts';
import { writeKey, writeValue } from './write.ts';

export interface Change {
  readonly range: Range;
  readonly text: string;
}

export interface Field {
  readonly key: string;
  readonly value: string | boolean;
}

export function setField(page: Page, object: ObjectNode, field: Field): readonly Change[] | undefined {
  const there = object.entries.filter((entry) => entry.key === field.key);
  if (there.length > 1) return undefined;
  if (there[0]) return overwrite(page, there[0], field);
  const style = styleOf(page, object);
  if (style === 'block') return addToBlock(page, object, field);
  return style === 'flow' ? addToFlow(page, object, field) : undefined;
}

function overwrite(page: Page, { value }: Entry, field: Field): readonly Change[] | undefined {
  const { start, end } = value.range;
  const isScalar = value.kind === 'string' || value.kind === 'boolean' || value.kind === 'number';
  if (!isScalar || start === end || /[|>*]/.test(page.text[start] as string)) return undefined;
  return [{ range: value.range, text: writeValue(page, field.value) }];
}

/** On a line of its own behind the last one, in the column of the keys. */
function addToBlock(page: Page, object: ObjectNode, field: Field): readonly Change[] | undefined {
  const { text, code } = page;
  const last = object.entries.at(-1);
  if (!last) return undefined;
  const { start } = last.keyRange;
  const end = childRange(page, object, object.entries.length - 1).end;
  const stop = lineStop(text, end);
  const before = text.slice(lineStart(text, start), start);
  if (code.slice(end, stop).trim() !== '' || /[^ -]/.test(before)) return undefined;
  const key = writeKey(page, field.key, text.slice(start, last.keyRange.end));
  const line = `${newlineOf(text)}${' '.repeat(before.length)}${key}: ${writeValue(page, field.value)}`;
  return [{ range: { start: stop, end: stop }, text: line }];
}

/** Before the line end, of either kind. */
function lineStop(text: string, offset: number): number {
  const end = lineEnd(text, offset);
  return text[end - 1] === '\r' && end - 1 >= offset ? end - 1 : end;
}

function addToFlow(page: Page, object: ObjectNode, field: Field): readonly Change[] | undefined {
  const { text, code } = page;
  const members = membersOf(page, object);
  const last = members?.at(-1);
  if (!members) return undefined;
  const written = writeFlowField(page, object, field);
  const inside = object.range.start + 1;
  if (!last) return [{ range: { start: inside, end: inside }, text: written }];
  const { end, comma } = last;
  const behind = comma === undefined ? end : comma + 1;
  const before = text.slice(lineStart(text, last.start), last.start);
  if (before.trim() !== '') {
    const gap = gapBetween(members);
    const added = comma === undefined ? `,${gap}${written}` : `${gap}${written},`;
    return [{ range: { start: behind, end: behind }, text: added }];
  }
  // Each on its line: behind a comment, if the line ends there.
  const stop = lineStop(text, behind);
  const line = `${newlineOf(text)}${before}${written}${comma === undefined ? '' : ','}`;
  const endsHere = code.slice(behind, stop).trim() === '' && !isInsideComment(page, stop);
  const place = endsHere ? stop : behind;
  const changes = [{ range: { start: place, end: place }, text: line }];
  if (comma !== undefined) return changes;
  return place === end
    ? [{ range: { start: end, end }, text: `,${line}` }]
    : [{ range: { start: end, end }, text: ',' }, ...changes];
}

function writeFlowField(page: Page, object: ObjectNode, { key, value }: Field): string {
  const last = object.entries.at(-1);
  const name = writeKey(page, key, last && page.text.slice(last.keyRange.start, last.keyRange.end));
  const colon = last && colonOf(page, last.keyRange.end);
  const minified = last !== undefined && colon === last.keyRange.end && colon + 1 === last.value.range.start;
  const tight = minified && (page.format === 'json5' || name.startsWith('"'));
  return `${name}:${tight ? '' : ' '}${writeValue(page, value)}`;
}

/** What stands between two children of one line. */
function gapBetween(members: readonly Member[]): string {
  const [one, two] = members;
  if (one?.comma === undefined || !two) return ' ';
  return one.comma + 1 === two.start ? '' : ' ';
}
