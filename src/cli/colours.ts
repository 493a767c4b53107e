/** Text in the colours of a terminal. Whether somebody sees them is decided in terminal.ts. */
import type { Paint } from '../diagnostics/render/palette.ts';

/** `again` is what goes on after a text inside that has ended with the same `end`. */
const paint =
  (start: string, end: string, again: string = start): Paint =>
  (text) =>
    `${start}${text.replaceAll(end, again)}${end}`;

const foreground = (colour: number): Paint => paint(`\u001b[${colour}m`, '\u001b[39m');

export const colours: Readonly<Record<'bold' | 'red' | 'green' | 'yellow' | 'blue' | 'cyan', Paint>> = {
  bold: paint('\u001b[1m', '\u001b[22m', '\u001b[22m\u001b[1m'),
  red: foreground(31),
  green: foreground(32),
  yellow: foreground(33),
  blue: foreground(34),
  cyan: foreground(36),
};
