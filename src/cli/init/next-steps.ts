/** What to type after `init`, ready to be copied. */
import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import type { Language } from './templates.ts';

export interface NextStepsInput {
  readonly language: Language;
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
  /** As typed. */
  readonly shown: string;
  /** The command line that runs. */
  readonly program: string;
  readonly path: string | undefined;
}

const tests: Readonly<Record<Language, readonly string[]>> = {
  python: ['python3 -m unittest'],
  typescript: ['npm install', 'npm test'],
};

export function nextSteps({ language, name, ...where }: NextStepsInput): string {
  const steps = stepsIn(where, (headgate) => [...tests[language], `${headgate} compile scenario.yaml`]);
  return `Created ${name}: a scenario, a policy and their tests. Next:\n${steps}README.md says what is where.\n`;
}

/** `steps` gets the command that is headgate where they are typed. One a line, indented. */
export function stepsIn(
  { folder, shown, program, path }: Pick<NextStepsInput, 'folder' | 'shown' | 'program' | 'path'>,
  steps: (headgate: string) => readonly string[],
): string {
  const there = hasHeadgate(binFolders(folder));
  // A folder of npx, or of a project that npx ran in, is on the PATH of this process and not of the shell.
  const shellPath = (path ?? '')
    .split(delimiter)
    .filter((entry) => !/[\\/]_npx[\\/]|node_modules[\\/]\.bin$/.test(entry));
  const command = hasHeadgate(shellPath) ? 'headgate' : there ? 'npx headgate' : '"$HEADGATE"';
  const lines = [
    ...(shown === '.' ? [] : [`cd ${quoted(shown)}`]),
    ...(command === '"$HEADGATE"' ? [`export HEADGATE=${quoted(program)}`] : []),
    ...steps(command),
  ];
  return lines.map((line) => `  ${line}\n`).join('');
}

function binFolders(folder: string): readonly string[] {
  const folders: string[] = [];
  for (let above = folder; ; above = dirname(above)) {
    folders.push(join(above, 'node_modules', '.bin'));
    if (dirname(above) === above) return folders;
  }
}

const hasHeadgate = (folders: readonly string[]): boolean =>
  folders.some((folder) => folder !== '' && existsSync(join(folder, 'headgate')));

/** For a POSIX shell. */
function quoted(path: string): string {
  const safe = path.startsWith('-') ? `./${path}` : path;
  return /^[\w./@%+:,=-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", "'\\''")}'`;
}
