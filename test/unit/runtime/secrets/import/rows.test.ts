import { describe, expect, it } from 'vitest';
import { FaultError } from '../../../../../src/runtime/secrets/fault-error.ts';
import { readRows } from '../../../../../src/runtime/secrets/import/rows.ts';

const bytes = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const row = { externalRef: 'prod/db', name: 'Prod DB' };
function faultOf(value: unknown) {
  try {
    readRows(value instanceof Uint8Array ? value : bytes(value));
  } catch (error) {
    if (error instanceof FaultError) return error.fault;
    throw error;
  }
  return undefined;
}

describe('003-C4.11: rows', () => {
  it('have a key of their own, or one that is made of the name', () => {
    const whole = { ...row, key: 'A.b_c', description: ' of the\nshop ', providerVersionRef: 'v1' };
    expect(readRows(bytes([row, whole, { ...row, key: null, description: ' ', providerVersionRef: null }]))).toEqual([
      { externalRef: 'prod/db', name: 'Prod DB', key: 'prod-db', description: null, providerVersionRef: null },
      { externalRef: 'prod/db', name: 'Prod DB', key: 'A.b_c', description: 'of the\nshop', providerVersionRef: 'v1' },
      { externalRef: 'prod/db', name: 'Prod DB', key: 'prod-db', description: null, providerVersionRef: null },
    ]);
  });

  it('may be as long as they may be, a hundred of them', () => {
    const longest = {
      externalRef: 'a'.repeat(2048),
      name: 'n'.repeat(160),
      key: 'k'.repeat(120),
      description: 'd'.repeat(500),
      providerVersionRef: 'v'.repeat(512),
    };
    expect(readRows(bytes(Array(100).fill(longest)))).toHaveLength(100);
  });

  const good = (count: number): readonly unknown[] => Array(count).fill(row);
  it.each<readonly [string, unknown, string, string]>([
    ['nothing', '', 'rows_not_json', ''],
    ['not JSON', '[{]', 'rows_not_json', ''],
    ['not text', Buffer.from([0x5b, 0xff, 0x5d]), 'rows_not_json', ''],
    ['deeper than anything', '['.repeat(100_000), 'rows_not_json', ''],
    ['an object', { rows: [row] }, 'rows_not_a_list', ''],
    ['no row', [], 'rows_missing', ''],
    ['a row too many', good(101), 'rows_too_many', '101 rows'],
    ['too many bytes', ' '.repeat((1 << 20) + 1), 'rows_too_large', ''],
    ['a row that is none', [...good(2), 'x'], 'row_form', 'row 3:'],
    ['a list in a list', [[row]], 'row_form', 'row 1:'],
    ['null', [null], 'row_form', 'row 1:'],
    [
      'a field that is nearly one',
      [row, { ...row, externalref: 'x' }],
      'row_field_unknown',
      'row 2: it has a field that is nearly `externalRef`',
    ],
    ['a field that is none', [{ ...row, 'canary-in-a-field-name': 'x' }], 'row_field_unknown', 'row 1:'],
    ['no reference', [{ name: 'x' }], 'row_field_missing', 'row 1: `externalRef` is missing'],
    ['no name', [{ externalRef: 'x' }], 'row_field_missing', 'row 1: `name` is missing'],
    ['an empty name', [{ ...row, name: ' ' }], 'row_field_missing', 'row 1: `name` is empty'],
    ['a number for a name', [{ ...row, name: 1 }], 'row_field_type', 'row 1: `name` is not text'],
    [
      'an object for a description',
      [{ ...row, description: {} }],
      'row_field_type',
      'row 1: `description` is not text',
    ],
    [
      'a long reference',
      [{ ...row, externalRef: 'a'.repeat(2049) }],
      'row_field_too_long',
      'row 1: `externalRef` is longer than 2048',
    ],
    ['a long name', [{ ...row, name: 'a'.repeat(161) }], 'row_field_too_long', 'row 1: `name` is longer than 160'],
    ['a long key', [{ ...row, key: 'a'.repeat(121) }], 'row_field_too_long', 'row 1: `key` is longer than 120'],
    [
      'a long description',
      [{ ...row, description: 'a'.repeat(501) }],
      'row_field_too_long',
      'row 1: `description` is longer than 500',
    ],
    [
      'a long version',
      [{ ...row, providerVersionRef: 'a'.repeat(513) }],
      'row_field_too_long',
      'row 1: `providerVersionRef` is longer than 512',
    ],
    [
      'a control character in a name',
      [row, row, { ...row, name: 'a\u001b[2Jb' }],
      'row_field_characters',
      'row 3: `name` has control characters',
    ],
    ['a line break in a name', [{ ...row, name: 'a\nb' }], 'row_field_characters', 'row 1:'],
    ['a control character in a description', [{ ...row, description: 'a\u0000b' }], 'row_field_characters', 'row 1:'],
    ['half a character', '[{"externalRef":"a","name":"\\ud800"}]', 'row_field_characters', 'row 1:'],
    ['a key with a space', [{ ...row, key: 'a b' }], 'row_key_form', 'row 1: `key`'],
    ['a key with parts', [{ ...row, key: 'a/b' }], 'row_key_form', 'row 1: `key`'],
    ['a key that is a folder', [{ ...row, key: '..' }], 'row_key_form', 'row 1: `key`'],
    ['a name without a key in it', [{ ...row, name: '@@' }], 'row_key_missing', 'row 1:'],
  ])('%s: told, with the row', (_, value, detail, words) => {
    const fault = faultOf(value);
    expect(fault).toMatchObject({ code: 'invalid_request', detail });
    expect(fault?.message).toContain(words);
    expect(fault?.remedy).not.toBe('');
    expect(JSON.stringify(fault)).not.toContain('canary');
  });
});
