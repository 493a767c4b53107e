/** A value that is known is in no bundle, whatever it went through; and what forgot to leave it out is found out. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor } from '../../src/runtime/redactor/redactor.ts';
import { createCleaner } from '../../src/runtime/support-bundle/clean.ts';
import { searchBundle } from '../../src/runtime/support-bundle/search.ts';

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

/** What the world does to texts; each keeps all of it. */
const encoders: readonly (readonly [string, (text: string) => string])[] = [
  ['as it is', (text) => text],
  ['JSON', (text) => JSON.stringify({ a: text })],
  [
    'JSON in ASCII',
    (text) =>
      JSON.stringify(text).replace(/[\u0080-\uffff]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
  ],
  ['URL', (text) => encodeURIComponent(text)],
  ['form', (text) => new URLSearchParams({ a: text }).toString()],
  ['base64', (text) => Buffer.from(text).toString('base64')],
  ['base64url', (text) => Buffer.from(text).toString('base64url')],
  ['base64, one before', (text) => Buffer.from(`:${text}`).toString('base64')],
  ['base64, two before', (text) => Buffer.from(`u:${text}!`).toString('base64')],
  ['hex', (text) => Buffer.from(text).toString('hex')],
  ['upper hex', (text) => Buffer.from(text).toString('hex').toUpperCase()],
];
/** As hexdump -C has it. */
function dumped(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const hex = [...row].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    lines.push(
      `${at.toString(16).padStart(8, '0')}  ${hex.padEnd(49)} |${row.toString('latin1').replace(/[^ -~]/g, '.')}|`,
    );
  }
  return lines.join('\n');
}
/** The redactor promises nothing of these; the search does. */
const further: typeof encoders = [
  [
    'base64 over lines',
    (text) =>
      Buffer.from(text)
        .toString('base64')
        .replace(/(.{16})/g, '$1\n'),
  ],
  ['UTF-16 in base64', (text) => utf16(text).toString('base64')],
  ['gzip in base64', (text) => gzipSync(`<${text}>`).toString('base64')],
  ['base64 of JSON', (text) => Buffer.from(JSON.stringify({ a: text })).toString('base64')],
  ['URL of base64', (text) => encodeURIComponent(Buffer.from(text).toString('base64'))],
  ['bytes', (text) => [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')],
  [
    'hex over lines',
    (text) =>
      Buffer.from(text)
        .toString('hex')
        .replace(/(.{10})/g, '$1\n  '),
  ],
  ['a list of numbers', (text) => JSON.stringify(Buffer.from(text))],
  ['numbers with spaces', (text) => `[${[...Buffer.from(text)].join(' ')}]`],
  ['a dump', (text) => `\n${dumped(Buffer.from(`12345${text}`))}\n`],
  ['quotes of a shell', (text) => `TOKEN='${text.replaceAll("'", "'\\''")}'`],
  ['CSV', (text) => `1,"${text.replaceAll('"', '""')}",2`],
  ['in colours', (text) => [...text].join('\x1b[0;31m')],
  ['decomposed', (text) => text.normalize('NFD')],
];

/** Whole characters: half of one cannot be written in UTF-8. */
const values = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 6, maxLength: 40 }),
    fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 60 }),
    fc.base64String({ minLength: 8, maxLength: 64 }),
    fc.string({ unit: fc.constantFrom("'", '"', '\\', ' ', 'a', '!'), minLength: 6, maxLength: 12 }),
    fc.tuple(fc.string({ minLength: 6 }), fc.string({ minLength: 6 })).map((lines) => lines.join('\n')),
  )
  .filter((value) => value.trim().length >= 6 && !'[secret]'.includes(value.trim()));
const around = fc.string({ unit: 'grapheme', maxLength: 12 });

const foundIn = (text: string, value: string): boolean =>
  searchBundle({ whole: Buffer.from(text), files: new Map([['a', Buffer.from(text)]]) }, [{ name: 'v', value }]).some(
    ({ found }) => found.includes('v'),
  );

describe('004 redacted diagnostics: a value', () => {
  it.each(encoders)('that is known is left out, and not found any more: %s', (_, encode) => {
    fc.assert(
      fc.property(values, around, around, (value, before, after) => {
        const { text } = createCleaner({ redactor: createRedactor([value]), home: undefined });
        expect(foundIn(text(`${before} ${encode(value)} ${after}`), value)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it.each([...encoders, ...further])('that was forgotten is found: %s', (_, encode) => {
    fc.assert(
      fc.property(values, around, around, (value, before, after) => {
        expect(foundIn(`${before} ${encode(value)} ${after}`, value)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('that is not there is not found', () => {
    fc.assert(
      fc.property(values, values, (value, other) => {
        fc.pre(!other.includes(value.trim()) && !value.split('\n').some((line) => other.includes(line.trim())));
        expect(foundIn(JSON.stringify({ other }), `${value}-and-more-of-it-9f3a`)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});
