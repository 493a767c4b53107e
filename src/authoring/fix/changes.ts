/** Edits of one text, all together: a section is empty only when one knows everything that goes. */
import type { Range } from '../../base/span.ts';
import type { Edit } from '../../diagnostics/fix.ts';
import type { Entry, ObjectNode, StringNode } from '../../ir/syntax.ts';
import { mayBeLeftOut } from './empty.ts';
import { locateEdit } from './located-edit.ts';
import { type Container, childCount, type Page, pathOf, type TextSpot } from './page.ts';
import { commentsBefore, lineEnd, styleOf } from './places.ts';
import { emptyBlock, removeFromBlock } from './remove-block.ts';
import { emptyFlow, removeFromFlow } from './remove-flow.ts';
import { type Change, type Field, setField } from './set-field.ts';
import { writeText } from './write.ts';

/** What is to become of the tree. */
export interface Wanted {
  readonly removed: ReadonlyMap<Container, ReadonlySet<number>>;
  readonly texts: ReadonlyMap<StringNode | Entry, { readonly spot: TextSpot; readonly value: string }>;
  readonly fields: ReadonlyMap<ObjectNode, readonly Field[]>;
}

/** Undefined when an edit points at nothing, or two of them disagree. */
export function wantedBy(page: Page, edits: readonly Edit[]): Wanted | undefined {
  const removed = new Map<Container, Set<number>>();
  const texts = new Map<StringNode | Entry, { readonly spot: TextSpot; readonly value: string }>();
  const fields = new Map<ObjectNode, Field[]>();
  for (const edit of edits) {
    const located = locateEdit(page, edit);
    if (!located) return undefined;
    if (located.kind === 'remove') {
      const { container, index } = located.child;
      removed.set(container, (removed.get(container) ?? new Set<number>()).add(index));
    } else if (located.kind === 'text') {
      const { spot, value } = located;
      const place = 'node' in spot ? spot.node : spot.entry;
      if ((texts.get(place)?.value ?? value) !== value) return undefined;
      texts.set(place, { spot, value });
    } else {
      const { object, key, value } = located;
      const known = fields.get(object) ?? [];
      const same = known.find((field) => field.key === key);
      if (same && same.value !== value) return undefined;
      if (!same) fields.set(object, [...known, { key, value }]);
    }
  }
  return { removed: withEmptied(page, removed), texts, fields };
}

/** Instead of everything in a section, the section goes, unless comments in it stay. */
function withEmptied(page: Page, removed: Map<Container, Set<number>>): ReadonlyMap<Container, ReadonlySet<number>> {
  const open = [...removed.keys()];
  for (let container = open.pop(); container; container = open.pop()) {
    const gone = removed.get(container);
    const parent = page.parents.get(container);
    if (!gone || !parent || gone.size < childCount(container) || !mayBeLeftOut(pathOf(page, container))) continue;
    if (keepsComments(page, container)) continue;
    removed.delete(container);
    removed.set(parent.container, (removed.get(parent.container) ?? new Set<number>()).add(parent.index));
    open.push(parent.container);
  }
  return removed;
}

/** Whether there are comments in a section that are not those of what goes. */
function keepsComments(page: Page, container: Container): boolean {
  const pieces = emptied(page, container);
  if (!pieces) return false;
  const inside = insideOf(page, container);
  const gone = pieces.map(({ range }) => range);
  for (let i = commentsBefore(page, inside.start); i < page.comments.length; i++) {
    const { range } = page.comments[i] as Page['comments'][number];
    if (range.start >= inside.end) return false;
    if (!gone.some(({ start, end }) => start <= range.start && range.end <= end)) return true;
  }
  return false;
}

/** From behind the line of the key to the last comment with more indentation than the key has. */
function insideOf(page: Page, container: Container): Range {
  if (styleOf(page, container) === 'flow') return container.range;
  const parent = page.parents.get(container);
  const range = parent && removeFromBlock(page, parent.container, parent.index);
  const keyEnd =
    parent?.container.kind === 'object' ? (parent.container.entries[parent.index] as Entry).keyRange.end : 0;
  return { start: lineEnd(page.text, keyEnd), end: range?.end ?? container.range.end };
}

function emptied(page: Page, container: Container): readonly Change[] | undefined {
  const style = styleOf(page, container);
  return style === 'flow' ? emptyFlow(page, container) : style === 'block' ? emptyBlock(page, container) : undefined;
}

/** In the order of the text, apart from each other; undefined where the layout is not understood. */
export function changesFor(page: Page, { removed, texts, fields }: Wanted): readonly Change[] | undefined {
  const changes: Change[] = [];
  const put = (found: readonly Change[] | undefined): boolean => {
    changes.push(...(found ?? []));
    return found !== undefined;
  };
  for (const [container, gone] of removed) if (!put(removals(page, container, gone))) return undefined;
  for (const { spot, value } of texts.values()) if (!put(replacement(page, spot, value))) return undefined;
  for (const [object, list] of fields) {
    // Two at the end of one object would stand at one offset, in an order that nobody gave.
    if (list.length > 1) return undefined;
    for (const field of list) if (!put(setField(page, object, field))) return undefined;
  }
  return inOrder(changes);
}

function removals(page: Page, container: Container, gone: ReadonlySet<number>): readonly Change[] | undefined {
  if (gone.size === childCount(container)) return emptied(page, container);
  const style = styleOf(page, container);
  const ranges =
    style === 'flow'
      ? removeFromFlow(page, container, gone)
      : style === 'block'
        ? [...gone].map((index) => removeFromBlock(page, container, index))
        : undefined;
  const known = ranges?.filter((range) => range !== undefined);
  return known?.length === ranges?.length ? known?.map((range) => ({ range, text: '' })) : undefined;
}

function replacement(page: Page, spot: TextSpot, value: string): readonly Change[] | undefined {
  const range = 'node' in spot ? spot.node.range : spot.entry.keyRange;
  const text = writeText(page, value, page.text.slice(range.start, range.end));
  return text === undefined ? undefined : [{ range, text }];
}

/** Removals that touch become one; anything else that overlaps has no meaning. */
function inOrder(changes: readonly Change[]): readonly Change[] | undefined {
  const sorted = changes.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const out: Change[] = [];
  for (const change of sorted) {
    const last = out.at(-1);
    if (!last || change.range.start > last.range.end) out.push(change);
    else if (last.text === '' && change.text === '' && last.range.end > last.range.start) {
      const end = Math.max(last.range.end, change.range.end);
      out[out.length - 1] = { range: { start: last.range.start, end }, text: '' };
    } else if (change.range.start === last.range.end) out.push(change);
    else return undefined;
  }
  return out;
}

export function applyChanges(text: string, changes: readonly Change[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { range, text: written } of changes) {
    parts.push(text.slice(from, range.start), written);
    from = range.end;
  }
  return [...parts, text.slice(from)].join('');
}
