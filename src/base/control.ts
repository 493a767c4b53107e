/** Characters that act on a terminal or in a log, where they should only be shown. */

/**
 * Of a class of a regular expression: C0, DEL and C1; marks of direction (U+061C, U+200E, U+200F), separators of lines and paragraphs
 * and overrides of direction (U+2028 to U+202E), and isolates (U+2066 to U+2069). What only joins letters, as writing needs it, is
 * none of them.
 */
export const controls = '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';

const CONTROL = new RegExp(`[${controls}]`);

export const hasControl = (text: string): boolean => CONTROL.test(text);

/** Why a name is refused, and what to do: said wherever one is read. */
export const controlRefused = 'a name cannot have a control character in it, or one that turns the direction of text';
export const withoutControl = 'take the character out of the name';

/** With an escape in the place of each, as `\u001b`: for messages, which would otherwise show it as one that does nothing. */
export const escaped = (text: string): string =>
  hasControl(text)
    ? text.replace(new RegExp(CONTROL, 'g'), (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`)
    : text;
