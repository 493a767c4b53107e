/** Text as it may reach a terminal, or the log of a job that GitHub reads commands out of. */
import { controls } from '../base/control.ts';

/** Colours stay; everything else that moves a cursor, renames a window or turns the direction of what is read is shown as a dot. */
export const onTerminal = (text: string): string =>
  text.replace(CONTROL, (found) => (found === '\r\n' || found.endsWith('m') ? found : '·'));

const CONTROL = new RegExp(`\u001b\\[[0-9;:]*m|\\r\\n|(?![\\t\\n])[${controls}]`, 'g');

/** Blanks that GitHub ignores in front of a command. */
const BLANK = '[^\\S\\r\\n]|\\u0085';
const COMMAND = new RegExp(`([\\r\\n](?:${BLANK})*)(?=::)`, 'g');
const FIRST = new RegExp(`^((?:${BLANK})*)(?=::)`);
const OPEN = new RegExp(`(?:^|[\\r\\n])(?:${BLANK})*(:?)$`);

/**
 * For text that comes in pieces: no line begins with `::`, by which a job is given commands (`::stop-commands::`); a dot stands before
 * it. Of the older form `##[` the same.
 */
export function withoutCommands(): (text: string) => string {
  /** What the line so far could become the beginning of: nothing but blanks, those and a colon, or no command any more. */
  let open: 'blank' | 'colon' | 'no' = 'blank';
  return (text) => {
    if (text === '') return text;
    const joined = open === 'colon' && text.startsWith(':') ? `·${text}` : text;
    const begun = open === 'blank' ? joined.replace(FIRST, '$1·') : joined;
    const out = begun.replace(COMMAND, '$1·').replaceAll('##[', '#·#[');
    const end = OPEN.exec(open === 'no' && !/[\r\n]/.test(text) ? 'x' : text);
    open = !end ? 'no' : end[1] === ':' ? 'colon' : open === 'colon' && !/[\r\n]/.test(text) ? 'no' : 'blank';
    return out;
  };
}
