/**
 * A delegation file: YAML or JSON text → what the operator has delegated, every entry with its place; undefined after an error was
 * reported. It refers to nothing, so nothing in it can go round in a circle. Reads no clock: whether an entry is over is for a run to say.
 */
import { hasControl } from '../../base/control.ts';
import { compareText } from '../../base/order.ts';
import { parsePattern } from '../../base/resource-pattern.ts';
import type { Range } from '../../base/span.ts';
import type { SourceText } from '../../base/text.ts';
import { timestampOf } from '../../base/timestamp.ts';
import * as D from '../../diagnostics/catalogue/settings.ts';
import type { Sink } from '../../diagnostics/sink.ts';
import { byPlan, type Gate, gates } from '../../ir/authority.ts';
import { type Cursor, fieldsOf, itemsOf, oneOf, textOf } from '../decode/cursor.ts';
import { settingsReporter } from '../settings/report.ts';
import type { SettingsContext } from '../settings/section.ts';
import { isEmptyText, parseSyntax } from '../syntax/parse.ts';
import { delegationBounds, idForm, subjectForm } from './bounds.ts';
import { reportCovered } from './covered.ts';
import type { ReadDelegation } from './delegation.ts';

/** Sorted by id. The syntax of the file must have been loaded. O(what is written + delegations²). */
export function readDelegation(source: SourceText, sink: Sink): readonly ReadDelegation[] | undefined {
  let faults = 0;
  const ctx = settingsReporter(source.file, (diagnostic) => {
    if (diagnostic.severity === 'error') faults++;
    sink.report(diagnostic);
  });
  const root = isEmptyText(source) ? emptyRoot : parseSyntax(source, sink);
  if (!root) return undefined;
  const fields = fieldsOf(
    ctx,
    { node: root, path: '' },
    { known: ['$schema', 'delegations'], required: ['delegations'], missingHelp: { delegations: shape } },
  );
  // For editors.
  textOf(ctx, fields?.get('$schema'));
  const items = bounded(ctx, fields?.get('delegations'), delegationBounds.delegations, 'delegations');
  const read = items.flatMap((item) => readOne(ctx, item) ?? []);
  reportTwice(ctx, read);
  if (faults > 0) return undefined;
  reportCovered(read, sink);
  return [...read].sort((a, b) => compareText(a.id, b.id));
}

const emptyRoot = { kind: 'object', entries: [], range: { start: 0, end: 0 } } as const;
const shape = 'write `delegations: [{ id: NAME, subject: /moniker, gates: [toolGrant], resources: ["*"] }]`';

function readOne(ctx: SettingsContext, cursor: Cursor): ReadDelegation | undefined {
  const required = ['id', 'subject', 'gates', 'resources'];
  const fields = fieldsOf(ctx, cursor, { known: [...required, 'expires'], required });
  if (!fields) return undefined;
  const id = textLike(ctx, fields.get('id'), idForm, 'an id', idHelp);
  const subject = textLike(ctx, fields.get('subject'), subjectForm, 'a subject', subjectHelp);
  const listed = listOf(ctx, fields.get('gates'), gates.length, (item) => oneOf(ctx, item, gates));
  const resources = listOf(ctx, fields.get('resources'), delegationBounds.resources, (item) => readPattern(ctx, item));
  const expires = readExpires(ctx, fields.get('expires'));
  if (id?.value === byPlan)
    ctx.report('invalid-value', id.range, `${cursor.path}.id`, '`plan` is what a run calls its own plan', idHelp);
  if (!id || !subject || listed.length === 0 || resources.length === 0) return undefined;
  return {
    id: id.value,
    subject: subject.value,
    gates: gates.filter((gate) => (listed as readonly Gate[]).includes(gate)),
    resources: [...resources].sort(compareText),
    ...(expires === undefined ? {} : { expires }),
    at: ctx.at(id.range),
    subjectAt: ctx.at(subject.range),
  };
}

const idHelp = 'use up to 64 letters, digits, `_`, `-` and `.`, and begin with a letter or a digit';
const subjectHelp = 'name a component by its moniker, such as `/web`, or write `*` for every component';

function textLike(ctx: SettingsContext, cursor: Cursor | undefined, form: string, what: string, help: string) {
  const text = textOf(ctx, cursor);
  if (!text || !cursor) return undefined;
  if (new RegExp(form).test(text.value) && !hasControl(text.value)) return text;
  ctx.report('invalid-value', text.range, cursor.path, `\`${text.value}\` cannot be ${what}`, help);
  return undefined;
}

/** Different things, and at least one. */
function listOf<T extends string>(
  ctx: SettingsContext,
  cursor: Cursor | undefined,
  most: number,
  read: (item: Cursor) => T | undefined,
): readonly T[] {
  const seen = new Map<string, Range>();
  return bounded(ctx, cursor, most, 'entries').flatMap((item) => {
    const value = read(item);
    if (value === undefined) return [];
    const first = seen.get(value);
    if (!first) {
      seen.set(value, item.node.range);
      return [value];
    }
    const message = `\`${value}\` is listed twice`;
    ctx.report('duplicate-field', item.node.range, item.path, message, 'keep one of the two', undefined, { first });
    return [];
  });
}

/** Not empty, and no more than there may be. */
function bounded(ctx: SettingsContext, cursor: Cursor | undefined, most: number, what: string): readonly Cursor[] {
  const items = itemsOf(ctx, cursor);
  if (cursor?.node.kind !== 'array') return items;
  const { range } = cursor.node;
  if (items.length === 0)
    ctx.report('invalid-value', range, cursor.path, 'the list is empty, and so gives nothing', 'name at least one');
  if (items.length <= most) return items;
  const help = `write at most ${most}; a pattern can stand for many resources`;
  ctx.report('invalid-value', range, cursor.path, `there are ${items.length} ${what}, which is too many`, help);
  return [];
}

function readPattern(ctx: SettingsContext, cursor: Cursor): string | undefined {
  const text = textOf(ctx, cursor, 'a pattern');
  if (!text) return undefined;
  const { value, range } = text;
  const read = parsePattern(value);
  const fault =
    value.length > delegationBounds.patternLength
      ? `it has more than ${delegationBounds.patternLength} characters`
      : hasControl(value)
        ? 'it has a control character in it'
        : 'fault' in read
          ? read.fault
          : undefined;
  if (fault === undefined) return value;
  const help = 'patterns have `*` for any characters, `?` for one, and `{a,b}`';
  ctx.report('invalid-value', range, cursor.path, `\`${value.slice(0, 60)}\` is not a pattern: ${fault}`, help);
  return undefined;
}

function readExpires(ctx: SettingsContext, cursor: Cursor | undefined): string | undefined {
  const text = textOf(ctx, cursor, 'a point in time');
  if (!text || !cursor) return undefined;
  if (timestampOf(text.value) !== undefined) return text.value;
  const help = 'write date, time and zone as in RFC 3339, such as `"2030-01-31T18:00:00Z"`';
  ctx.report('invalid-value', text.range, cursor.path, `\`${text.value}\` is no point in time`, help);
  return undefined;
}

function reportTwice(ctx: SettingsContext, read: readonly ReadDelegation[]): void {
  const first = new Map<string, ReadDelegation>();
  for (const one of read) {
    const known = first.get(one.id);
    if (!known) first.set(one.id, one);
    else
      ctx.tell(
        D.duplicateDelegation({ id: one.id }, { at: one.at, related: [{ at: known.at, message: 'given here' }] }),
      );
  }
}
