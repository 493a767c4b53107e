/**
 * Every call of git. What the caller's shell, the user's settings or a repository say must not make it run or fetch anything: the
 * environment is fixed, and almost all calls are made in a repository of our own that borrows objects (see `view.ts`).
 */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { printable } from '../../../base/printable.ts';
import { systemFolders, systemProgram } from '../../files/system-program.ts';

export interface GitCall {
  readonly gitDir: string;
  readonly args: readonly string[];
  readonly workTree?: string;
  readonly index?: string;
  /** Where objects are read and written instead of in `gitDir`. */
  readonly objects?: string;
  readonly input?: string | Uint8Array;
  /** Files that it reads from and writes to. */
  readonly inputFile?: number;
  readonly outputFile?: string;
}

export interface GitEnd {
  /** Null: it was ended by a signal, or could not be started. */
  readonly code: number | null;
  readonly out: Buffer;
  /** What it said was wrong: one line that can be shown. */
  readonly said: string;
  /** It said nothing but its answer. */
  readonly isSilent?: boolean;
}

/** No user waits longer, and nothing that git reads (a pipe in place of a file) holds a run up for ever. */
const patience = 30 * 60_000;
const mostOutput = 512 * 1024 * 1024;

/** Who writes entries of reflogs, and merges. */
const identity = { NAME: 'headgate', EMAIL: 'headgate@localhost' };

const settings: Readonly<Record<string, string>> = {
  'core.hooksPath': '/dev/null',
  'core.fsmonitor': 'false',
  'core.attributesFile': '/dev/null',
  'core.excludesFile': '/dev/null',
  'core.sshCommand': 'false',
  'core.pager': 'cat',
  'core.editor': 'false',
  'core.fsync': 'all',
  'core.multiPackIndex': 'false',
  'core.commitGraph': 'false',
  // What goes once from one disk to the same is not worth being made small.
  'pack.window': '0',
  'pack.compression': '1',
  'gc.auto': '0',
  'maintenance.auto': 'false',
  'submodule.recurse': 'false',
  'protocol.allow': 'never',
  'transfer.fsckObjects': 'true',
};

export const gitIsThere = (): boolean => systemProgram('git') !== undefined;

function environmentOf({ gitDir, workTree, index, objects }: GitCall): Record<string, string> {
  const keys = Object.entries(settings).flatMap(([key, value], at): [string, string][] => [
    [`GIT_CONFIG_KEY_${at}`, key],
    [`GIT_CONFIG_VALUE_${at}`, value],
  ]);
  return {
    PATH: systemFolders.join(':'),
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_DIR: gitDir,
    ...(workTree === undefined ? {} : { GIT_WORK_TREE: workTree }),
    ...(index === undefined ? {} : { GIT_INDEX_FILE: index }),
    ...(objects === undefined ? {} : { GIT_OBJECT_DIRECTORY: objects }),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    // No transport has this name.
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ADVICE: '0',
    GIT_CONFIG_COUNT: String(Object.keys(settings).length),
    ...Object.fromEntries(keys),
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) =>
        Object.entries(identity).map(([what, text]) => [`GIT_${who}_${what}`, text]),
      ),
    ),
  };
}

export async function callGit(call: GitCall): Promise<GitEnd> {
  const program = systemProgram('git');
  if (program === undefined) return { code: null, out: Buffer.alloc(0), said: 'git is not installed' };
  const output = call.outputFile === undefined ? undefined : openSync(call.outputFile, 'wx', 0o600);
  try {
    return await ended(program, call, output);
  } finally {
    if (output !== undefined) closeSync(output);
  }
}

function ended(program: string, call: GitCall, output: number | undefined): Promise<GitEnd> {
  return new Promise((done) => {
    const child = spawn(program, [...call.args], {
      env: environmentOf(call),
      cwd: call.workTree ?? call.gitDir,
      stdio: [call.inputFile ?? 'pipe', output ?? 'pipe', 'pipe'],
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    let size = 0;
    let errors = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > mostOutput) child.kill('SIGKILL');
      else out.push(chunk);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      if (errors.length < 16_384) errors += chunk.toString('utf8');
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      done({ code: null, out: Buffer.alloc(0), said: `git could not be started: ${error.code}` }),
    );
    child.on('close', (code, signal) =>
      done({
        code,
        out: Buffer.concat(out),
        said: firstFault(errors) ?? (signal ? `git was ended by ${signal}` : `git ended with ${code}`),
        isSilent: errors === '',
      }),
    );
    // It may end before it has read all of it, and says then why.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(call.input ?? '');
  });
}

/** The line that says what was wrong comes before the lines that say what followed from it. */
function firstFault(text: string): string | undefined {
  const lines = printable(text)
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const line =
    lines.find((one) => /no space left|out of diskspace|quota exceeded/i.test(one)) ??
    lines.find((one) => /^(fatal|error):/.test(one)) ??
    lines[0];
  return line?.slice(0, 500);
}
