/** The file that says what is to be imported: a JSON array of rows. */
import { isObject, type JsonValue } from '../../../base/json.ts';
import { isShallow } from '../../../base/json-depth.ts';
import { suggest } from '../../../base/suggest.ts';
import { keyFault } from '../../../language/secrets/reference.ts';
import { maxKey, normaliseKey } from './key.ts';
import { maxName } from './preview.ts';
import { refuse } from './vault.ts';

export interface ImportRow {
  readonly externalRef: string;
  readonly name: string;
  readonly key: string;
  readonly description: string | null;
  readonly providerVersionRef: string | null;
}

export const maxRows = 100;
/** Of bytes: a hundred rows with everything in them as long as it may be take half of it. */
export const maxRowsFile = 1 << 20;

const longest = { externalRef: 2048, name: maxName, key: maxKey, description: 500, providerVersionRef: 512 } as const;
type Field = keyof typeof longest;
const fields = Object.keys(longest) as readonly Field[];
const required: ReadonlySet<Field> = new Set(['externalRef', 'name']);

/** Throws a fault that names the first row that is wrong: then nothing is imported. Rows are counted from 1. O(length). */
export function readRows(bytes: Uint8Array): readonly ImportRow[] {
  if (bytes.length > maxRowsFile)
    throw refuse('rows_too_large', `the rows are more than ${maxRowsFile} bytes`, 'import them in several files');
  const rows = parse(bytes);
  if (!Array.isArray(rows)) throw refuse('rows_not_a_list', 'the rows are not a JSON array', 'write `[{ … }, …]`');
  const list = rows as readonly JsonValue[];
  if (list.length === 0) throw refuse('rows_missing', 'there are no rows', 'give 1 to 100 of them');
  if (list.length > maxRows)
    throw refuse('rows_too_many', `there are ${list.length} rows`, `import at most ${maxRows} at once`);
  return list.map((row, index) => readRow(row, index + 1));
}

function parse(bytes: Uint8Array): JsonValue {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (isShallow(text)) return JSON.parse(text) as JsonValue;
  } catch {
    // Neither says where without quoting what stands there.
  }
  throw refuse('rows_not_json', 'the rows are not JSON in UTF-8', 'write `[{ "externalRef": …, "name": … }, …]`');
}

function readRow(row: JsonValue, number: number): ImportRow {
  const wrong = (detail: string, what: string, remedy: string): Error =>
    refuse(detail, `row ${number}: ${what}`, remedy);
  if (!isObject(row)) throw wrong('row_form', 'it is not an object', 'write `{ "externalRef": …, "name": … }`');
  const unknown = Object.keys(row).find((field) => !(fields as readonly string[]).includes(field));
  if (unknown !== undefined) {
    const near = suggest(unknown, fields);
    throw wrong(
      'row_field_unknown',
      // Whatever was pasted there is not repeated.
      near === undefined ? 'it has a field that rows do not have' : `it has a field that is nearly \`${near}\``,
      `a row has ${fields.join(', ')}`,
    );
  }
  const text = (field: Field): string | null => {
    const value = row[field];
    if (value === undefined || value === null) {
      if (required.has(field)) throw wrong('row_field_missing', `\`${field}\` is missing`, `add \`${field}\``);
      return null;
    }
    if (typeof value !== 'string') throw wrong('row_field_type', `\`${field}\` is not text`, 'write it in quotes');
    const trimmed = value.trim();
    // Of a description there may be several lines.
    const control =
      field === 'description'
        ? /[\p{Cc}\p{Cs}]/u.test(trimmed.replace(/[\t\r\n]/g, ''))
        : /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(trimmed);
    if (control) throw wrong('row_field_characters', `\`${field}\` has control characters`, 'remove them');
    if (trimmed.length > longest[field])
      throw wrong('row_field_too_long', `\`${field}\` is longer than ${longest[field]} characters`, 'shorten it');
    if (trimmed !== '') return trimmed;
    if (required.has(field)) throw wrong('row_field_missing', `\`${field}\` is empty`, `write a \`${field}\``);
    return null;
  };
  const externalRef = text('externalRef') as string;
  const name = text('name') as string;
  const given = text('key');
  const key = given ?? normaliseKey(name);
  if (key === '') throw wrong('row_key_missing', 'no key can be made of `name`', 'add `key`');
  const fault = key.includes('/') ? 'a key that is imported has no `/`' : keyFault(key);
  if (fault !== null) throw wrong('row_key_form', `\`key\`: ${fault}`, 'use letters, digits, `_`, `.` and `-`');
  return {
    externalRef,
    name,
    key,
    description: text('description'),
    providerVersionRef: text('providerVersionRef'),
  };
}
