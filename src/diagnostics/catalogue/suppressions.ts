import { type Definition, define } from '../define.ts';

const form = '`headgate-ignore CODE: REASON`';

export const suppressionWithoutReason: Definition<{ word: string; codes: readonly string[] }> = define(
  'lint/suppression-without-reason',
  {
    severity: 'warning',
    title: 'suppression that gives no reason',
    message: () =>
      'this comment suppresses nothing: it gives no reason, so nobody can tell later whether it may be removed',
    help: (a) => `write \`${a.word} ${a.codes.join(', ')}: \` and then the reason`,
  },
);

export const suppressionUnknownCode: Definition<{ code: string; near: string | undefined }> = define(
  'lint/suppression-unknown-code',
  {
    severity: 'warning',
    title: 'suppression of a code that does not exist',
    message: (a) => `there is no code \`${a.code}\`, so this suppresses nothing`,
    help: (a) =>
      a.near === undefined
        ? 'write the full code, as it stands in the brackets of the diagnostic'
        : `did you mean \`${a.near}\`?`,
  },
);

export const suppressionOfError: Definition<{ code: string }> = define('lint/suppression-of-error', {
  severity: 'warning',
  title: 'suppression of an error',
  message: (a) =>
    `\`${a.code}\` is an error, and errors cannot be suppressed: nothing can be made of the scenario with one`,
  help: 'remove the code from the comment, and fix what it is about',
});

export const unusedSuppression: Definition<{ code: string; where: string; elsewhere: number | undefined }> = define(
  'lint/unused-suppression',
  {
    severity: 'warning',
    title: 'suppression that suppresses nothing',
    message: (a) => `\`${a.code}\` is not reported ${a.where}, so there is nothing to suppress`,
    help: (a) =>
      a.elsewhere === undefined
        ? 'remove the code from the comment, or the comment'
        : `it is reported in line ${a.elsewhere}: put the comment directly above that line, or behind its text`,
  },
);

export const malformedSuppression: Definition<{ message: string }> = define('lint/malformed-suppression', {
  severity: 'warning',
  title: 'comment that looks like a suppression, but is not one',
  message: (a) => a.message,
  help: `write ${form} above the line or at its end, or \`headgate-ignore-file CODE: REASON\` before everything else in the file`,
});
