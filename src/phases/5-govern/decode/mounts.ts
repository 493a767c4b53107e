/** Mounts of an answer's program, in wire form: told apart by `kind`, paths in parts. */
import type { JsonObject, JsonValue } from '../../../base/json.ts';
import type { LoweredMount } from '../../../ir/graph.ts';
import type { Each, MountDecl, Piece, Template, When } from '../../../ir/manifest.ts';
import {
  type AnswerCursor,
  countOf,
  type Fields,
  fail,
  fieldsOf,
  itemsOf,
  kindOf,
  looseFieldsOf,
  needed,
  oneOf,
  present,
  type Reader,
  rangeOf,
  shownOf,
  textOf,
} from './answer-cursor.ts';
import { literal, toEach, toWhen } from './texts.ts';

export interface DecodedMount {
  /** As a manifest would say it, for the checks that both share. */
  readonly decl: MountDecl;
  readonly lowered: LoweredMount;
}

export function mountOf(reader: Reader, cursor: AnswerCursor): DecodedMount | undefined {
  const loose = looseFieldsOf(reader, cursor);
  const given = loose && needed(reader, cursor, loose, 'kind');
  const kind = oneOf(reader, given, ['file', 'slot', 'resource', 'framework'] as const);
  if (!loose || kind === undefined) return undefined;
  if (kind === 'file') return fileOf(reader, cursor);
  const field = kind === 'framework' ? 'capability' : kind;
  const named = needed(reader, cursor, loose, field);
  const name = shownOf(reader, named);
  const path = pathOf(reader, needed(reader, cursor, loose, 'path'));
  if (!name || !path) return undefined;
  const source = { slot: 'slots', resource: 'resources', framework: 'framework' }[kind];
  const from = literal(`${source}.${name.value}`, name.range);
  return {
    decl: { path, from, range: rangeOf(cursor) },
    lowered: { kind, path: path.source, [field]: name.value },
  };
}

function pathOf(reader: Reader, cursor: AnswerCursor | undefined): Template | undefined {
  const text = shownOf(reader, cursor);
  if (!text || !cursor) return undefined;
  if (text.value.startsWith('/') && !text.value.split('/').includes('..')) return literal(text.value, text.range);
  return fail(reader, cursor, 'the path of a mount must be absolute and hold no `..`');
}

function fileOf(reader: Reader, cursor: AnswerCursor): DecodedMount | undefined {
  const fields = fieldsOf(reader, cursor, { required: ['kind', 'path', 'source'], optional: ['when', 'each'] });
  if (!fields) return undefined;
  const path = partsOf(reader, fields('path'), shownOf);
  const source = sourceOf(reader, fields('source'));
  const when = whenOf(reader, present(fields('when')));
  const each = eachOf(reader, present(fields('each')));
  if (!path || !source) return undefined;
  const wire = { path: path.wire, source: { kind: 'config', path: source.wire } };
  const guards = { ...(when ? { when: when.wire } : {}), ...(each ? { each: each.wire } : {}) };
  const head = source.template.pieces.length === 0 ? 'config' : 'config.';
  const pieces: readonly Piece[] = [{ kind: 'literal', text: head }, ...source.template.pieces];
  return {
    decl: {
      path: path.template,
      from: { ...source.template, source: `${head}${source.template.source}`, pieces },
      range: rangeOf(cursor),
      ...(when ? { when: when.decl } : {}),
      ...(each ? { each: each.decl } : {}),
    },
    lowered: { kind: 'file', ...wire, ...guards },
  };
}

interface Parts {
  readonly template: Template;
  readonly wire: readonly JsonValue[];
}

function sourceOf(reader: Reader, cursor: AnswerCursor | undefined): Parts | undefined {
  const fields = cursor && looseFieldsOf(reader, cursor);
  if (!fields || !cursor) return undefined;
  oneOf(reader, needed(reader, cursor, fields, 'kind'), ['config'] as const);
  return partsOf(reader, needed(reader, cursor, fields, 'path'));
}

interface Guard<T> {
  readonly decl: T;
  readonly wire: JsonObject;
}

function whenOf(reader: Reader, cursor: AnswerCursor | undefined): Guard<When> | undefined {
  const found = taggedOf(reader, cursor, 'query');
  const decl = found && toWhen(reader, found.at, `${found.kind === 'slot' ? 'slots' : 'config'}.${found.text}`);
  return decl && { decl, wire: found.wire };
}

function eachOf(reader: Reader, cursor: AnswerCursor | undefined): Guard<Each> | undefined {
  const found = taggedOf(reader, cursor, 'slot');
  const decl = found && toEach(reader, found.at, `${found.kind === 'slot' ? 'slots' : 'config'}.${found.text}`);
  return decl && { decl, wire: found.wire };
}

/** `{kind: "config", path}` or `{kind: "slot", <field>}`. */
function taggedOf(
  reader: Reader,
  cursor: AnswerCursor | undefined,
  field: 'query' | 'slot',
):
  | { readonly kind: 'config' | 'slot'; readonly text: string; readonly at: AnswerCursor; readonly wire: JsonObject }
  | undefined {
  const fields: Fields | undefined = cursor && looseFieldsOf(reader, cursor);
  if (!fields || !cursor) return undefined;
  const kind = oneOf(reader, needed(reader, cursor, fields, 'kind'), ['config', 'slot'] as const);
  if (kind === undefined) return undefined;
  const name = kind === 'config' ? 'path' : field;
  const at = needed(reader, cursor, fields, name);
  const text = textOf(reader, at)?.value;
  return at && text !== undefined ? { kind, text, at, wire: { kind, [name]: text } } : undefined;
}

/** Parts of a text. A component id in `scope` cannot be known to a policy; whatever it says, the interposer itself is meant. */
function partsOf(reader: Reader, cursor: AnswerCursor | undefined, literalOf = textOf): Parts | undefined {
  if (!cursor) return undefined;
  const parts = itemsOf(reader, cursor).map((item) => partOf(reader, item, literalOf));
  if (kindOf(cursor) !== 'array' || !parts.every((part) => part !== undefined)) return undefined;
  const pieces = parts.map((part) => part.piece);
  const source = pieces.map((piece) => (piece.kind === 'literal' ? piece.text : `\${${shown(piece)}}`)).join('');
  return { template: { source, pieces, range: rangeOf(cursor) }, wire: parts.map((part) => part.wire) };
}

const shown = (piece: Exclude<Piece, { kind: 'literal' }>): string =>
  piece.path === '' ? piece.kind : `${piece.kind}.${piece.path}`;

const self = 0;

function partOf(
  reader: Reader,
  cursor: AnswerCursor,
  literalOf: typeof textOf,
): { readonly piece: Piece; readonly wire: JsonObject } | undefined {
  const fields = fieldsOf(reader, cursor, { optional: ['lit', 'config', 'slot', 'item', 'scope', 'index'] });
  if (!fields) return undefined;
  const text = (name: string): string | undefined => textOf(reader, fields(name))?.value;
  const lit = literalOf(reader, fields('lit'))?.value;
  const [config, slot, item] = [text('config'), text('slot'), text('item')];
  const index = countOf(reader, fields('index'));
  countOf(reader, fields('scope'));
  const given = ['lit', 'config', 'slot', 'item', 'scope', 'index'].filter((name) => fields(name)).join();
  if (given === 'lit' && lit !== undefined) return { piece: { kind: 'literal', text: lit }, wire: { lit } };
  if (given === 'config' && config !== undefined) return { piece: { kind: 'config', path: config }, wire: { config } };
  if ((given === 'slot' || given === 'slot,scope') && slot !== undefined) {
    return { piece: { kind: 'slots', path: slot }, wire: { slot, scope: self } };
  }
  if (given === 'item' && item !== undefined) return { piece: { kind: 'item', path: item }, wire: { item } };
  const one = given === 'slot,item,index' || given === 'slot,item,scope,index';
  if (one && slot !== undefined && item !== undefined && index !== undefined) {
    // One connection of a slot, by number: what it needs of the slot is checked with the program.
    return { piece: { kind: 'literal', text: '' }, wire: { item, scope: self, slot, index } };
  }
  if (/^(lit|config|slot(,scope)?|item|slot,item(,scope)?,index)$/.test(given)) return undefined;
  return fail(
    reader,
    cursor,
    'a part is one of `{lit}`, `{config}`, `{slot, scope}`, `{item}` and `{item, scope, slot, index}`',
  );
}
