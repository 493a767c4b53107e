import { spawnSync } from 'node:child_process';
import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createNeedles } from '../../../../src/runtime/support-bundle/needles.ts';
import { searchBundle } from '../../../../src/runtime/support-bundle/search.ts';

const value = 'pa"s/w\\örd+%20 &1';
const found = (text: string | Buffer, name = 'top/a.txt', wanted = value): readonly unknown[] => {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  return searchBundle({ whole: bytes, files: new Map([[name, bytes]]) }, [{ name: 'secret://v/k', value: wanted }]);
};
const hit = [{ piece: 'top/a.txt', found: ['secret://v/k'] }];
const raw = Buffer.from(value);
const wrapped = (text: string): string => text.replace(/(.{12})/g, '$1\n');
const python = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
/** By Python, with the padding. */
const base32 = (bytes: Buffer): string =>
  spawnSync(
    'python3',
    ['-c', 'import base64, sys; print(base64.b32encode(sys.stdin.buffer.read()).decode(), end="")'],
    {
      input: bytes,
      encoding: 'utf8',
    },
  ).stdout;
const utf32 = (text: string): Buffer => {
  const points = [...text].map((char) => char.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [index, point] of points.entries()) bytes.writeUInt32LE(point, index * 4);
  return bytes;
};
/** As log lines have it. */
const stamped = (text: string): string =>
  text
    .split('\n')
    .map((line) => `2030-01-01T00:00:00.000Z stdout ${line}`)
    .join('\n');

const gzipNamed = (name: string, text: string): Buffer => {
  const plain = gzipSync(text);
  const head = Buffer.from(plain.subarray(0, 10));
  head[3] = 8;
  return Buffer.concat([head, Buffer.from(`${name}\0`), plain.subarray(10)]);
};

/** By od, and as hexdump -C and xxd have it. */
const dumped = (text: string, way: 'od' | 'hexdump' | 'xxd'): string => {
  if (way === 'od') return spawnSync('od', ['-A', 'x', '-t', 'x1z'], { input: text, encoding: 'latin1' }).stdout;
  const bytes = Buffer.from(text);
  const rows: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = bytes.subarray(at, at + 16);
    const place = at.toString(16).padStart(8, '0');
    const hex = row.toString('hex');
    const shown = row.toString('latin1').replace(/[^ -~]/g, '.');
    rows.push(
      way === 'xxd'
        ? `${place}: ${hex.replace(/.{4}(?=.)/g, '$& ').padEnd(39)}  ${shown}`
        : `${place}  ${hex.slice(0, 16).replace(/..(?=.)/g, '$& ')}  ${hex
            .slice(16)
            .replace(/..(?=.)/g, '$& ')
            .padEnd(23)}  |${shown}|`,
    );
  }
  return rows.join('\n');
};

describe('a finished bundle', () => {
  it.each<readonly [string, string | Buffer]>([
    ['as it is', `x${value}y`],
    ['JSON', JSON.stringify({ a: value })],
    ['JSON in JSON', JSON.stringify({ a: JSON.stringify({ b: value }) })],
    [
      'JSON with everything escaped',
      `"${[...value].map((c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')}"`,
    ],
    ['a URL', `?q=${encodeURIComponent(value)}&x`],
    ['a form', `q=${new URLSearchParams({ q: value }).toString().slice(2)}`],
    ['HTML by names', 'pa&quot;s&sol;w&bsol;&ouml;rd&plus;&percnt;20 &amp;1'],
    ['quoted-printable in small letters', '=70=61"s/w\\=c3=b6rd+%20 &1'],
    ['Python in ASCII', `'${value.replaceAll('\\', '\\\\').replaceAll('ö', '\\xf6')}'`],
    [
      'Python in ASCII, with eight digits',
      `'${[...value].map((c) => `\\U${(c.codePointAt(0) ?? 0).toString(16).padStart(8, '0')}`).join('')}'`,
    ],
    ['numbers', `{"type":"Buffer","data":${JSON.stringify([...raw])}}`],
    ['numbers of Go', `[${[...raw].join(' ')}]`],
    ['a dump of od', dumped(`0123456789${value}`, 'od')],
    ['a dump of hexdump', dumped(`0123456789${value}`, 'hexdump')],
    ['a dump of xxd, in a log', stamped(dumped(`0123456789${value}`, 'xxd'))],
    ['CSV', `1,"${value.replaceAll('"', '""')}",2`],
    ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(JSON.stringify(value)))],
    ['colours', `\x1b[1m${value.slice(0, 7)}\x1b[0;31m${value.slice(7)}\x1b[0m`],
    ['colours in JSON', JSON.stringify(`\x1b[1m${value.slice(0, 7)}\x1b[0;31m${value.slice(7)}\x1b[0m`)],
    ['decomposed', value.normalize('NFD')],
    ['HTML', value.replaceAll('&', '&amp;').replaceAll('"', '&#34;')],
    ['quoted-printable', '=70=61"s/w\\=C3=B6rd+%20 =\n&1'],
    ['hex', `0x${raw.toString('hex')}`],
    ['upper hex, shifted', `F${raw.toString('hex').toUpperCase()}`],
    ['hex with colons', raw.toString('hex').replace(/(..)(?=.)/g, '$1:')],
    ['bytes of Python', python(value)],
    ['base64, one byte before', Buffer.from(`x${value}`).toString('base64')],
    ['base64, two bytes before', Buffer.from(`xx${value}`).toString('base64')],
    ['base64url', `Basic ${Buffer.from(`u:${value}`).toString('base64url')}`],
    ['base64 behind letters', `key=abc${raw.toString('base64')}`],
    ['base64 over lines', wrapped(Buffer.from(`--${value}--`).toString('base64'))],
    ['base64 over lines of a log', stamped(wrapped(Buffer.from(`--${value}--`).toString('base64')))],
    ['base64 in base64', Buffer.from(`{"t":"${raw.toString('base64')}"}`).toString('base64')],
    ['base32', base32(raw)],
    ['base32 in small letters', `seed: ${base32(Buffer.from(`--${value}`)).toLowerCase()}`],
    ['base32 behind letters', `KEY${base32(raw)}`],
    ['base32 over lines', wrapped(base32(Buffer.from(`-${value}---`)))],
    ['base32 in base64', Buffer.from(base32(raw)).toString('base64')],
    ['UTF-32', utf32(value)],
    ['UTF-32 the other way round', utf32(`x${value}`).swap32()],
    ['UTF-32 in base64', utf32(value).toString('base64')],
    ['UTF-16', Buffer.from(value, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(Buffer.from(`x${value}`, 'utf16le')).swap16()],
    ['Latin-1', Buffer.from(value, 'latin1')],
    ['UTF-8 that was read as Latin-1', raw.toString('latin1')],
    ['gzip', Buffer.concat([Buffer.from('--'), gzipSync(value)])],
    [
      'gzip with a name, and more behind it',
      Buffer.concat([gzipNamed('a.txt', value), Buffer.from('more\x1f\x8b\x08')]),
    ],
    ['gzip that was cut off', gzipSync(`${value}${'x'.repeat(300)}`).subarray(0, -9)],
    ['zlib', deflateSync(`----${value}`)],
    ['gzip in base64', gzipSync(`--${value}`).toString('base64')],
    ['base64 in gzip', gzipSync(raw.toString('base64'))],
  ])('does not hold a value in this form: %s', (_, text) => {
    expect(found(text)).toEqual(hit);
  });

  it('is read by escapes of four digits and of braces, whatever digits stand behind', () => {
    for (const text of ['"\\u00e0bcdef1"', '"\\u{e0}bcdef1"', '"\\u{0000e0}bcdef1"'])
      expect(found(text, 'top/a.txt', 'àbcdef1'), text).toEqual(hit);
  });

  it('is read by what Python escapes in two digits, four and eight', () => {
    expect(found(String.raw`'caf\xe9 \u20ac \U0001f600 end'`, undefined, 'café € 😀 end')).toEqual(hit);
  });

  it('is searched in the names of its files, and between them', () => {
    expect(found('x', 'top/sesame-open', 'sesame-open')).toEqual([
      { piece: 'top/sesame-open', found: ['secret://v/k'] },
    ]);
    const whole = Buffer.from('header sesame-open');
    expect(searchBundle({ whole, files: new Map() }, [{ name: 'canary 1', value: 'sesame-open' }])).toEqual([
      { piece: 'the archive', found: ['canary 1'] },
    ]);
  });

  it('has nothing to hide in a mark, in text that is only like it, or in an astral value that is not there', () => {
    expect(found('a [secret] b', 'top/a.txt', 'secret')).toEqual([]);
    expect(found('a secret b', 'top/a.txt', 'secret')).toEqual(hit);
    expect(found('pa"s/w\\örd+%20 &2')).toEqual([]);
    expect(found('"\\ud83d\\ude00\\ud83d\\ude01\\ud83d\\ude02"', 'top/a.txt', '😀😁😂')).toEqual(hit);
  });

  it('is read as it was escaped where what follows could be more of a number', () => {
    for (const text of ['x"\\u00e9abcdef"', 'x"\\u{e9}abcdef"', 'x"\\u{0000e9}abcdef"', 'x"\\xe9abcdef"'])
      expect(found(text, 'top/a.txt', 'éabcdef'), text).toEqual(hit);
  });

  it.each([
    ['#"   !', '1,"#""   !",2'],
    [`'"'"'"'"`, `1,"'""'""'""'""",2`],
    ["   '!!", "TOKEN='   '\\''!!'"],
    ["!' '!'!", `x='!'"'"' '"'"'!'"'"'!'`],
    ["!' '!'!", "insert into t values ('!'' ''!''!')"],
  ])('is found in quotes, though hardly anything but quotes is in it: %s', (wanted, text) => {
    expect(found(`a ${text} b`, 'top/a.txt', wanted)).toEqual(hit);
  });

  it('may hold a short line of one, in quotes or not', () => {
    for (const text of ["it's", "it'\\''s", "it''s"])
      expect(found(`x ${text} y`, 'top/a.txt', "it's\nsecond-line"), text).toEqual([]);
  });

  it('may hold no line of a value that has several', () => {
    expect(found('x second-line y', 'top/a.txt', 'first-line\nsecond-line\n')).toEqual(hit);
    expect(found('first-linesecond-line', 'top/a.txt', 'first-line\nsecond-line\n')).toEqual(hit);
  });

  it('may hold nothing that looks like a credential, whoever knows it', () => {
    expect(found(`x ${['AKIA', 'IOSFODNN7EXAMPLE'].join('')}`)).toEqual([
      { piece: 'top/a.txt', found: ['an access key of AWS'] },
    ]);
  });
});

describe('many needles', () => {
  it('are each found, at the beginning and at the end too', () => {
    const values = Array.from({ length: 500 }, (_, n) => `needle-${n}-${'ab'.repeat(n % 7)}`);
    const needles = createNeedles(values.map((text) => ({ name: text, bytes: Buffer.from(text) })));
    const all = needles.in(Buffer.from(values.join('|')));
    expect([...all].sort()).toEqual([...values].sort());
    expect([...needles.in(Buffer.from('needle-'))]).toEqual([]);
    expect([...createNeedles([]).in(Buffer.from('x'))]).toEqual([]);
  });
});
