/** What programs say, as it may be shown on a terminal. */
import { controls } from '../base/control.ts';

/**
 * Colours stay, and end with the line. Everything else that moves a cursor, rings, renames a window or turns the direction of what
 * is read is shown as a dot: a line of one program must not be able to stand there as that of another.
 */
export function programText(text: string): string {
  let coloured = false;
  const shown = text.replace(CONTROL, (found) => {
    if (!found.endsWith('m')) return '·';
    coloured = true;
    return found;
  });
  return coloured ? `${shown}\u001b[0m` : shown;
}

const CONTROL = new RegExp(`\u001b\\[[0-9;:]*m|(?!\\t)[${controls}]`, 'g');
