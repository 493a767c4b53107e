import { define } from '../define.ts';

const quoted = (paths: readonly string[]): string => paths.map((path) => `\`${path}\``).join(', ');

export const initFilesExist = define('cli/init-files-exist', {
  severity: 'error',
  title: '`init` would write over files',
  message: (a: { paths: readonly string[] }) =>
    `${quoted(a.paths)} ${a.paths.length === 1 ? 'is' : 'are'} there already, and \`init\` writes over nothing; no file was written`,
  help: 'name a folder that does not exist yet, or move away what is there',
});

export const initFolder = define('cli/init-folder', {
  severity: 'error',
  title: '`init` was given a file as its folder',
  message: (a: { path: string }) => `\`${a.path}\` is not a folder; no file was written`,
  help: 'name a folder; it is created when it does not exist',
});
