/** What programs say, as it may be shown on a terminal. */

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

const CONTROL =
  /\u001b\[[0-9;:]*m|[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
