/** Values in a `.env` file, as both generations of Compose read them. */

/**
 * Between single quotes nothing means anything but a quote behind a backslash; what has lines, or a backslash that would be taken for more, stands
 * between double ones. Two things cannot be told to Compose 1: `${NAME}`, which it replaces wherever it stands, and a backslash at the end.
 */
export const quotedInEnv = (text: string): string =>
  /\n|\\(?:[\\']|$)/.test(text)
    ? `"${text.replace(/[\\"$]/g, '\\$&').replaceAll('\n', '\\n')}"`
    : `'${text.replaceAll("'", "\\'")}'`;
