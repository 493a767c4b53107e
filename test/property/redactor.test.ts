/** What programs say, with secrets in it in any form and in any pieces, against a search for each form by itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formsOf, shortest } from '../../src/runtime/redactor/forms.ts';
import { createRedactor } from '../../src/runtime/redactor/redactor.ts';

interface Encoding {
  readonly of: (text: string) => string;
  /** Where the characters are that nothing but the value decides, in what `of(before + value + after)` is. */
  readonly region: (before: string, value: string) => readonly [number, number];
}

const bytes = (text: string): number => Buffer.byteLength(text);
const charByChar = (of: (text: string) => string): Encoding => ({
  of,
  region: (before, value) => [of(before).length, of(before + value).length],
});
const base64 = (encoding: 'base64' | 'base64url'): Encoding => ({
  of: (text) => Buffer.from(text).toString(encoding),
  region: (before, value) => [Math.ceil((bytes(before) * 8) / 6), Math.floor((bytes(before + value) * 8) / 6)],
});
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);
const u = (char: string): string => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
const upperU = (char: string): string => `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
const strict = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const lower = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (one) => one.toLowerCase());

const encodings: Readonly<Record<string, Encoding>> = {
  'as it is': charByChar((text) => text),
  base64: base64('base64'),
  base64url: base64('base64url'),
  hex: charByChar((text) => Buffer.from(text).toString('hex')),
  HEX: charByChar((text) => Buffer.from(text).toString('hex').toUpperCase()),
  encodeURIComponent: charByChar(encodeURIComponent),
  'percent-encoded, in lower case': charByChar((text) => lower(encodeURIComponent(text))),
  'RFC 3986': charByChar(strict),
  'RFC 3986 in lower case': charByChar((text) => lower(strict(text))),
  'a path': charByChar((text) => strict(text).replaceAll('%2F', '/')),
  encodeURI: charByChar(encodeURI),
  'a form': charByChar((text) => new URLSearchParams({ v: text }).toString().slice(2)),
  JSON: charByChar(inJson),
  'JSON with /': charByChar((text) => inJson(text).replaceAll('/', '\\/')),
  'JSON in ASCII': charByChar((text) => inJson(text).replace(/[\u0080-\uffff]/g, u)),
  'JSON in ASCII, in upper case, with /': charByChar((text) =>
    inJson(text)
      .replace(/[\u0080-\uffff]/g, upperU)
      .replaceAll('/', '\\/'),
  ),
  'JSON for HTML': charByChar((text) => inJson(text).replace(/[<>&\u2028\u2029]/g, u)),
  'bytes as characters': charByChar((text) => Buffer.from(text).toString('latin1')),
};

/** Each form sought for by itself; what overlaps becomes one. */
function sought(text: string, values: readonly string[]): readonly (readonly [number, number])[] {
  const hidden = new Array<boolean>(text.length + 1).fill(false);
  const all: (readonly [number, number])[] = [];
  for (const form of new Set(values.filter(({ length }) => length >= shortest).flatMap((value) => [...formsOf(value)])))
    for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
      all.push([at, at + form.length]);
      // Between two characters: so that neighbours stay two.
      for (let n = at + 1; n < at + form.length; n++) hidden[n] = true;
    }
  const starts = [...new Set(all.map(([start]) => start))].filter((start) => !hidden[start]).sort((a, b) => a - b);
  return starts.map((start) => {
    let end = start + 1;
    while (hidden[end]) end++;
    return [start, end] as const;
  });
}

function replaced(text: string, spans: readonly (readonly [number, number])[]): string {
  let out = '';
  let told = 0;
  for (const [start, end] of spans) {
    out += `${text.slice(told, start)}[secret]`;
    told = end;
  }
  return out + text.slice(told);
}

const split = (text: string, cuts: readonly number[]): readonly string[] => {
  const at = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...at].map((cut, n) => text.slice(cut, at[n]));
};

function streamed(values: readonly string[], pieces: readonly string[]): string {
  const stream = createRedactor(values).stream();
  return pieces.map(stream.write).join('') + stream.end();
}

const text = (min: number, max: number) => fc.string({ unit: 'binary', minLength: min, maxLength: max });
const value = fc.oneof(text(6, 24), fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 40 }));
const cuts = fc.array(fc.nat(), { maxLength: 12, size: 'max' });

describe('a redactor', () => {
  it.each(Object.entries(encodings))('leaves nothing of a value: %s', (_, { of, region }) => {
    fc.assert(
      fc.property(value, text(0, 8), text(0, 8), cuts, (secret, before, after, at) => {
        fc.pre(secret.length >= shortest);
        const told = of(before + secret + after);
        const [start, end] = region(before, secret);
        const spans = sought(told, [secret]);
        // Whatever is there besides, that part is gone.
        expect(spans.some(([from, to]) => from <= start && end <= to)).toBe(true);
        const clean = replaced(told, spans);
        expect(createRedactor([secret]).redact(told)).toBe(clean);
        expect(streamed([secret], split(told, at))).toBe(clean);
      }),
    );
  });

  it('leaves nothing of it in a Basic header', () => {
    fc.assert(
      fc.property(value, fc.string({ maxLength: 12 }), cuts, (secret, user, at) => {
        const encoded = Buffer.from(`${user}:${secret}`).toString('base64');
        const begin = Math.ceil(((bytes(user) + 1) * 8) / 6);
        const clean = streamed([secret], split(`authorization: Basic ${encoded}\r\n`, at));
        // At the end even what it shares with the padding is gone.
        expect(clean).toBe(`authorization: Basic ${encoded.slice(0, begin)}[secret]\r\n`);
      }),
    );
  });

  it('finds what overlaps, repeats and nearly is one, whatever the pieces', () => {
    const few = fc.string({
      unit: fc.constantFrom('a', 'b', 'a', 'b', 'a', '\n'),
      minLength: 4,
      maxLength: 12,
      size: 'max',
    });
    const much = fc.string({ unit: fc.constantFrom('a', 'b', 'a', 'b', '\n'), maxLength: 120, size: 'max' });
    fc.assert(
      fc.property(fc.array(few, { maxLength: 8, size: 'max' }), much, cuts, (values, told, at) => {
        const clean = replaced(told, sought(told, values));
        expect(createRedactor(values).redact(told)).toBe(clean);
        expect(streamed(values, split(told, at))).toBe(clean);
        expect(streamed(values, [...told])).toBe(clean);
      }),
      { numRuns: 300 },
    );
  });

  it('changes nothing in a text without a value, and keeps back less than the longest form of it', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), text(0, 200), cuts, (values, told, at) => {
        fc.pre(sought(told, values).length === 0);
        const redactor = createRedactor(values);
        expect(redactor.redact(told)).toBe(told);
        const longest = Math.max(0, ...values.flatMap((one) => [...formsOf(one)].map(({ length }) => length)));
        const stream = redactor.stream();
        let [given, taken] = ['', ''];
        for (const piece of split(told, at)) {
          given += piece;
          taken += stream.write(piece);
          expect(given.startsWith(taken)).toBe(true);
          expect(given.length - taken.length).toBeLessThan(Math.max(1, longest));
        }
        expect(taken + stream.end()).toBe(told);
      }),
    );
  });

  it('looks for what is added while a stream is open', () => {
    fc.assert(
      fc.property(value, value, text(0, 20), cuts, (first, second, between, at) => {
        const redactor = createRedactor([first]);
        const stream = redactor.stream();
        const before = stream.write(`${first}${between}|${first.slice(0, -1)}`);
        redactor.add([second]);
        const after =
          split(`${first.slice(-1)}|${second}|${first}|`, at)
            .map(stream.write)
            .join('') + stream.end();
        const whole = before + after;
        for (const one of [first, second])
          expect(sought(whole, [one]).length === 0 || '[secret]|'.includes(one)).toBe(true);
      }),
    );
  });
});
