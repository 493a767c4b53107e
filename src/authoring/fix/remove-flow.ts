/** Taking entries and items out of what stands between brackets: JSON5, and flow style in YAML. */
import type { Range } from '../../base/span.ts';
import { type Container, childCount, type Page } from './page.ts';
import {
  blanksBefore,
  childRange,
  hasComment,
  isInsideComment,
  lineEnd,
  lineStart,
  nextLine,
  skipBlanks,
  skipSpace,
} from './places.ts';
import { directivesAbove, withBlankLine } from './remove-block.ts';

/** One child between its commas. */
export interface Member {
  /** Before an anchor or a mark that belongs to it. */
  readonly start: number;
  readonly end: number;
  /** Offset of the comma behind it. */
  readonly comma: number | undefined;
}

/** Undefined where something stands between the children that is not understood. */
export function membersOf(page: Page, container: Container): readonly Member[] | undefined {
  const { code } = page;
  const members: Member[] = [];
  let from = container.range.start + 1;
  for (let index = 0; index < childCount(container); index++) {
    const { start, end } = childRange(page, container, index);
    const first = Math.min(skipSpace(code, from), start);
    const stop = skipSpace(code, end);
    const comma = code[stop] === ',' ? stop : undefined;
    const isLast = index === childCount(container) - 1;
    if (first < from || (comma === undefined && !(isLast && stop === container.range.end - 1))) return undefined;
    members.push({ start: first, end, comma });
    from = stop + 1;
  }
  return members;
}

/** The pieces that go, when something else stays. */
export function removeFromFlow(
  page: Page,
  container: Container,
  removed: ReadonlySet<number>,
): readonly Range[] | undefined {
  const members = membersOf(page, container);
  if (!members) return undefined;
  const gone: Range[] = [];
  for (const index of removed) {
    const member = members[index];
    if (!member) return undefined;
    gone.push(...(wholeLines(page, member) ?? inLine(page, member, index === members.length - 1)));
  }
  const comma = danglingComma(page, members, removed);
  return comma ? [...gone, comma] : gone;
}

/** A child that shares its lines with nothing but a comment behind it. */
function wholeLines(page: Page, { start, end, comma }: Member): readonly Range[] | undefined {
  const { text, code } = page;
  const first = lineStart(text, start);
  const behind = comma === undefined ? end : comma + 1;
  if (text.slice(first, start).trim() !== '') return undefined;
  // A comma on a line of its own belongs to the style of the next child.
  if (comma !== undefined && lineEnd(text, end) < comma) return undefined;
  const last = lineEnd(text, behind);
  if (code.slice(behind, last).trim() !== '' || isInsideComment(page, last)) return undefined;
  return [withBlankLine(text, { start: directivesAbove(page, first), end: nextLine(text, behind) })];
}

/** The child, its comma, and the blanks on one side of it. Comments around stay. */
function inLine(page: Page, { start, end, comma }: Member, isLast: boolean): readonly Range[] {
  const { text, code } = page;
  if (comma === undefined) return [{ start: blanksBefore(text, start), end }];
  if (hasComment(page, { start: end, end: comma })) {
    return [
      { start, end: skipBlanks(text, end) },
      { start: comma, end: comma + 1 },
    ];
  }
  // The comma leads the line of the next child.
  const next = skipSpace(code, comma + 1);
  if (lineEnd(text, end) < comma && !isLast && !hasComment(page, { start: comma, end: next })) {
    return [{ start, end: next }];
  }
  const endsLine = code.slice(comma + 1, lineEnd(text, comma)).trim() === '';
  const behindSomething = text.slice(lineStart(text, start), start).trim() !== '';
  return behindSomething && (endsLine || isLast)
    ? [{ start: blanksBefore(text, start), end: comma + 1 }]
    : [{ start, end: skipBlanks(text, comma + 1) }];
}

/** Where the last children go and had no comma behind them, what stays is to have none either: JSON knows no comma at the end. */
function danglingComma(page: Page, members: readonly Member[], removed: ReadonlySet<number>): Range | undefined {
  if (members.at(-1)?.comma !== undefined) return undefined;
  let first = members.length;
  while (first > 0 && removed.has(first - 1)) first--;
  const [kept, gone] = [members[first - 1], members[first]];
  if (kept?.comma === undefined || !gone) return undefined;
  const start = hasComment(page, { start: kept.end, end: kept.comma }) ? kept.comma : kept.end;
  const alone = hasComment(page, { start: kept.comma, end: gone.start }) || wholeLines(page, gone) !== undefined;
  return { start, end: alone ? kept.comma + 1 : gone.start };
}

/** Everything inside goes but comments. */
export function emptyFlow(
  page: Page,
  container: Container,
): readonly { readonly range: Range; readonly text: string }[] | undefined {
  const { start, end } = container.range;
  const written = container.kind === 'object' ? '{}' : '[]';
  if (!hasComment(page, { start, end })) return [{ range: { start, end }, text: written }];
  const members = membersOf(page, container);
  if (!members) return undefined;
  return members.flatMap((member, index) => {
    const pieces = wholeLines(page, member) ?? inLine(page, member, index === members.length - 1);
    return pieces.map((range) => ({ range, text: '' }));
  });
}
