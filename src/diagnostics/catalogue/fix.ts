import { define } from '../define.ts';

export const fixFileChanged = define('cli/fix-file-changed', {
  severity: 'error',
  title: 'a file was changed while it was being fixed',
  message: (a: { path: string }) =>
    `\`${a.path}\` has changed since it was checked, so the fixes do not apply; no file was written`,
  help: 'run the command again',
});

export const fixNotWritten = define('cli/fix-not-written', {
  severity: 'error',
  title: 'a fixed file cannot be written',
  message: (a: { path: string; reason: string; remedy: string | undefined }) =>
    `cannot write \`${a.path}\`: ${a.reason}; no file was written`,
  help: (a) => a.remedy ?? 'look at what is there, and try again',
});
