/** One word of a command that a person may copy, for a POSIX shell. */
export const shellWord = (text: string): string =>
  /^[\w./@%+:,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
