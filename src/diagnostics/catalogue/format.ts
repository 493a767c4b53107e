import { define } from '../define.ts';

/** What a formatted text would do to the text that a diagnostic points at. */
export type Harm = 'value' | 'comment' | 'suppression' | 'unstable';

const harms: Readonly<Record<Harm, string>> = {
  value: 'formatting would change what this says',
  comment: 'formatting would lose this comment, or move it to something else',
  suppression: 'formatting would change what this comment suppresses',
  unstable: 'formatting would lay this out anew each time',
};

export const formatUnsafe = define('cli/format-unsafe', {
  severity: 'error',
  title: 'formatting would change more than the layout',
  message: (a: { file: string; harm: Harm; mark: string }) => `${harms[a.harm]}, so \`${a.file}\` is left as it is`,
  help: (a) =>
    a.harm === 'suppression'
      ? 'break the lines there by hand, and put the comment on the line above what it is about'
      : `write this in a simpler form, or put \`${a.mark} prettier-ignore\` on a line of its own above the entry`,
});

export const formatFailed = define('cli/format-failed', {
  severity: 'error',
  title: 'the formatter cannot read a text',
  message: (a: { file: string; reason: string }) =>
    `the formatter gives up here, so \`${a.file}\` is left as it is: ${a.reason}`,
  help: 'write this in a simpler form; what the file means is not in doubt',
});

export const formatNotWritten = define('cli/format-not-written', {
  severity: 'error',
  title: 'a formatted file cannot be written',
  message: (a: { path: string; reason: string; remedy: string | undefined }) =>
    `cannot write \`${a.path}\`: ${a.reason}; it is left as it is`,
  help: (a) => a.remedy ?? 'look at what is there, and try again',
});
