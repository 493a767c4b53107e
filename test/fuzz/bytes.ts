/** Mutations of bytes: what disks, editors, version control and hasty people do to a file. */
import { fields, rawScalars, rawSpecials, texts } from './dictionary.ts';
import type { Random } from './random.ts';

export interface ByteMutator {
  readonly name: string;
  /** `other` is any file of any case. */
  readonly apply: (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;
}

const join = (...parts: readonly (Uint8Array | string)[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part))));

/** What to put in is chosen; the place is anywhere. */
const inserting = (name: string, made: (random: Random) => Uint8Array | string): ByteMutator => ({
  name,
  apply: (bytes, random) => {
    const at = random.below(bytes.length + 1);
    return join(bytes.subarray(0, at), made(random), bytes.subarray(at));
  },
});

/** Start and end of a stretch. */
function stretch(bytes: Uint8Array, random: Random): readonly [number, number] {
  const start = random.below(bytes.length + 1);
  return [start, Math.min(bytes.length, start + random.size(200))];
}

/** Offsets at which a line begins. */
function lines(bytes: Uint8Array): readonly number[] {
  const starts = [0];
  for (const [i, byte] of bytes.entries()) if (byte === 10 && i + 1 < bytes.length) starts.push(i + 1);
  return starts;
}

/** A chosen line, its end of line with it. */
function line(bytes: Uint8Array, random: Random): readonly [number, number] {
  const starts = lines(bytes);
  const chosen = random.below(starts.length);
  return [starts[chosen] ?? 0, starts[chosen + 1] ?? bytes.length];
}

const broken: readonly (readonly number[])[] = [
  ...[
    [0x80],
    [0xff],
    [0xfe, 0xff],
    [0xc0, 0xaf],
    [0xe2, 0x82],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf8, 0x88],
  ],
];
const controls: readonly string[] = [
  '\0',
  '\ufeff',
  '\r',
  '\r\n',
  '\u2028',
  '\u2029',
  '\u0085',
  '\u000c',
  '\u001b[31m',
  '\u202e',
  '\t',
];

const yamlSpecials: readonly string[] = [
  ...[
    '&a ',
    '*a',
    '&a *a',
    ' *a',
    '!!str ',
    '!!binary ',
    '!x ',
    '!<tag:x,1> ',
    '<<: *a\n',
    '<<: {a: 1}\n',
    '\n---\n',
    '\n...\n',
  ],
  ...[
    '%YAML 1.1\n---\n',
    '%YAML 9.9\n---\n',
    '%TAG ! x\n',
    '? ',
    '? [a]\n: b\n',
    '\n\t',
    '|\n',
    '>-\n',
    '|9\n',
    '|+2\n ',
    '- - - ',
    ': ',
  ],
  ...[
    '# headgate-ignore ',
    "'",
    '"',
    '"\\x',
    '"\\u12',
    '{',
    '}',
    '[',
    ']',
    ',',
    '@',
    '`',
    ' #',
    '-',
    '&',
    '&a &b ',
    '\n  - ',
    '~',
    '"\\ud800"',
  ],
];
const json5Specials: readonly string[] = [
  ...[
    '//',
    '/*',
    '*/',
    '/* */',
    "'",
    '"',
    '\\',
    '\\\n',
    '\\u{41}',
    '\\x4',
    '\\0',
    '0x',
    '+',
    '.',
    ',',
    ',,',
    ':',
    '{',
    '}',
    '[',
    ']',
  ],
  ...['{}', '[]', 'null', 'undefined', 'NaN', '$', '\\u0061', '#', '<!--', '-->', '\u00a0', '"\\ud800"', "'\\\u2028'"],
];

const nest = (random: Random): string => {
  const depth = random.pick([10, 100, 199, 200, 201, 400, 5000]);
  const [open, close] = random.pick([
    ['[', ']'],
    ['{a: ', '}'],
    ['{"a":', '}'],
    ['- ', ''],
    ['? ', ''],
    ['(', ')'],
    ['!x ', ''],
  ] as const);
  return open.repeat(depth) + (random.chance(0.5) ? `1${close.repeat(depth)}` : '');
};

export const byteMutators: readonly ByteMutator[] = [
  {
    name: 'flip',
    apply: (bytes, random) => {
      const out = bytes.slice();
      for (let n = random.size(8); n > 0 && out.length > 0; n--) {
        const at = random.below(out.length);
        out[at] = (out[at] as number) ^ (1 << random.below(8));
      }
      return out;
    },
  },
  {
    name: 'delete',
    apply: (bytes, random) => {
      const [start, end] = stretch(bytes, random);
      return join(bytes.subarray(0, start), bytes.subarray(end));
    },
  },
  {
    name: 'delete line',
    apply: (bytes, random) => {
      const [start, end] = line(bytes, random);
      return join(bytes.subarray(0, start), bytes.subarray(end));
    },
  },
  {
    name: 'duplicate',
    apply: (bytes, random) => {
      const [start, end] = random.chance(0.5) ? stretch(bytes, random) : line(bytes, random);
      const times = random.chance(0.1) ? 200 : random.size(4);
      return join(bytes.subarray(0, end), ...Array(times).fill(bytes.subarray(start, end)), bytes.subarray(end));
    },
  },
  {
    name: 'move line',
    apply: (bytes, random) => {
      const [start, end] = line(bytes, random);
      const rest = join(bytes.subarray(0, start), bytes.subarray(end));
      const [to] = line(rest, random);
      return join(rest.subarray(0, to), bytes.subarray(start, end), rest.subarray(to));
    },
  },
  {
    name: 'splice',
    apply: (bytes, random, other) => {
      const [start, end] = stretch(other, random);
      const at = random.below(bytes.length + 1);
      const whole = random.chance(0.3);
      return join(
        bytes.subarray(0, at),
        whole ? other : other.subarray(start, end),
        bytes.subarray(random.chance(0.5) ? at : bytes.length),
      );
    },
  },
  { name: 'truncate', apply: (bytes, random) => bytes.slice(0, random.below(bytes.length + 1)) },
  inserting('random byte', (random) => Uint8Array.from({ length: random.size(6) }, () => random.below(256))),
  inserting('invalid UTF-8', (random) => Uint8Array.from(random.pick(broken))),
  inserting('control', (random) => random.pick(controls)),
  inserting('yaml special', (random) => random.pick(yamlSpecials)),
  inserting('json5 special', (random) => random.pick(json5Specials)),
  inserting('word', (random) => random.pick(random.chance(0.3) ? fields : random.pick(texts))),
  inserting('number', (random) => random.pick(random.chance(0.5) ? rawScalars : rawSpecials)),
  inserting('long line', (random) =>
    random.pick(['a', ' ', 'a b ', '"', "'", '\\', '#', '[', '- ', 'é', '🦊', ',']).repeat(random.size(20_000)),
  ),
  inserting('nesting', nest),
  {
    name: 'line ends',
    apply: (bytes, random) => {
      const end = random.pick(['\r\n', '\r', '\u2028', '\n\n', '\n\t', '\n ']);
      return new Uint8Array(
        Buffer.from(
          Buffer.from(bytes).toString('latin1').replaceAll('\n', Buffer.from(end).toString('latin1')),
          'latin1',
        ),
      );
    },
  },
  {
    name: 'replace number',
    apply: (bytes, random) => {
      const text = Buffer.from(bytes).toString('latin1');
      const found = [...text.matchAll(/\d+(?:\.\d+)?/g)];
      if (found.length === 0) return bytes;
      const { index, 0: old } = random.pick(found);
      const made = random.pick(random.chance(0.5) ? rawScalars : rawSpecials);
      return new Uint8Array(Buffer.from(text.slice(0, index) + made + text.slice(index + old.length), 'latin1'));
    },
  },
  {
    name: 'replace word',
    apply: (bytes, random) => {
      const text = Buffer.from(bytes).toString('latin1');
      const found = [...text.matchAll(/[\w$#./{}-]+/g)];
      if (found.length === 0) return bytes;
      const { index, 0: old } = random.pick(found);
      const made = random.chance(0.3)
        ? random.pick(found)[0]
        : random.pick(random.chance(0.3) ? fields : random.pick(texts));
      return join(bytes.subarray(0, index), made, bytes.subarray(index + old.length));
    },
  },
  { name: 'byte order mark', apply: (bytes, random) => join(random.pick(['\ufeff', '\ufeff\ufeff']), bytes) },
  {
    name: 'UTF-16',
    apply: (bytes) => new Uint8Array(Buffer.from(`\ufeff${Buffer.from(bytes).toString('utf8')}`, 'utf16le')),
  },
];
