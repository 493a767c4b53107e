/** Runs the built command line. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const cliPath: string = resolve('dist/cli.cjs');

/** A copy of it below `folder`, for somebody without rights: the repository may lie where only its owner may go. */
export function cliForEverybody(folder: string): string {
  chmodSync(folder, 0o755);
  const dist = join(folder, 'dist');
  for (const name of ['cli.cjs', 'scripts']) cpSync(resolve('dist', name), join(dist, name), { recursive: true });
  return join(dist, 'cli.cjs');
}

export interface CliRun {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Options of node itself, before the script. */
  readonly node?: readonly string[];
  /** Standard input; empty unless given. */
  readonly input?: string;
}

const environment = (options: CliOptions): NodeJS.ProcessEnv => ({ PATH: process.env['PATH'], ...options.env });

export function runCli(args: readonly string[], options: CliOptions): CliRun {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [...(options.node ?? []), cliPath, ...args], {
    cwd: options.cwd,
    env: environment(options),
    encoding: 'utf8',
    ...(options.input === undefined ? {} : { input: options.input }),
    maxBuffer: 1 << 28,
  });
  return { status, signal, stdout, stderr };
}

/** A run that goes on beside the test; `ended` resolves when it is over. */
export function startCli(
  args: readonly string[],
  options: CliOptions,
): { readonly child: ChildProcess; readonly ended: Promise<CliRun> } {
  const child = spawn(process.execPath, [cliPath, ...args], { cwd: options.cwd, env: environment(options) });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<CliRun>((done) =>
    child.on('close', (status, signal) => done({ status, signal, stdout, stderr })),
  );
  return { child, ended };
}
