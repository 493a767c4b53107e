/** The first UTF-16 code units of a text and an ellipsis, never half a character; a text that is short enough as it is. */
export const cutText = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
