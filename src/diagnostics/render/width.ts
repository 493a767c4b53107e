/** How a terminal shows text: columns per character, and stand-ins for what must not reach a terminal. */

const TAB = '    ';
const ZERO_WIDTH = /^(?:[\p{Mn}\p{Me}]|\u200d)$/u;
/** Control, format (bidirectional overrides among them), surrogate and line separators. */
const UNSAFE = /^[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;

/** East Asian wide and full-width blocks, first and last code point. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** One code point as shown, and the columns it takes. */
export interface Cell {
  readonly shown: string;
  readonly width: number;
}

export function cellOf(character: string): Cell {
  const code = character.codePointAt(0) as number;
  if (code >= 0x20 && code < 0x7f) return { shown: character, width: 1 };
  if (character === '\t') return { shown: TAB, width: TAB.length };
  if (ZERO_WIDTH.test(character)) return { shown: character, width: 0 };
  if (code < 0x20) return { shown: String.fromCharCode(0x2400 + code), width: 1 };
  if (code === 0x7f) return { shown: '\u2421', width: 1 };
  if (UNSAFE.test(character)) {
    const shown = `<U+${code.toString(16).toUpperCase().padStart(4, '0')}>`;
    return { shown, width: shown.length };
  }
  const wide = EMOJI.test(character) || WIDE.some(([first, last]) => code >= first && code <= last);
  return { shown: character, width: wide ? 2 : 1 };
}

/** Text without anything that would move the cursor, change colours or reorder what is read. */
export function printable(text: string): string {
  let out = '';
  for (const character of text) out += cellOf(character).shown;
  return out;
}

export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += cellOf(character).width;
  return width;
}

/**
 * Breaks at spaces so that a line takes at most `width` columns, the first one `firstWidth`; a longer word gets a line of its
 * own. Line breaks of the text are kept.
 */
export function wrap(text: string, width: number, firstWidth: number = width): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split(/\r?\n/)) {
    let line: string | undefined;
    for (const word of wordsOf(printable(paragraph))) {
      const room = lines.length === 0 ? firstWidth : width;
      if (line !== undefined && displayWidth(line) + 1 + displayWidth(word) > room) {
        lines.push(line);
        line = word;
      } else line = line === undefined ? word : `${line} ${word}`;
    }
    lines.push(line ?? '');
  }
  return lines;
}

/** What is quoted stays on one line where it is short. */
const LONGEST_QUOTE = 40;

function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let open: string | undefined;
  for (const part of text.split(' ')) {
    const word: string = open === undefined ? part : `${open} ${part}`;
    open = undefined;
    if ((word.split('`').length - 1) % 2 === 1 && word.length < LONGEST_QUOTE) open = word;
    else words.push(word);
  }
  return open === undefined ? words : [...words, ...open.split(' ')];
}
