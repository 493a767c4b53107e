/** `headgate run` as a user starts it: the real command line, until it says that it is ready or ends. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { cliPath } from '../cli.ts';

export interface RunOptions {
  readonly args?: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Put before node: `strace …`, `faketime …`. */
  readonly wrap?: readonly string[];
  readonly stateDir: string;
  /** In a process group of its own, which a terminal signals as a whole. */
  readonly group?: boolean;
}

export interface RunEnd {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LiveRun {
  readonly id: string;
  /** URLs by the name of the export. */
  readonly exports: Readonly<Record<string, string>>;
  readonly child: ChildProcess;
  readonly output: () => { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<RunEnd>;
  /** A signal to headgate, SIGINT unless told, and how it ended. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<RunEnd>;
}

const seconds = 60;

export const runEnvironment = (env: Readonly<Record<string, string>> = {}): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  HOME: '/nonexistent',
  NO_COLOR: '1',
  ...env,
});

const commandOf = (args: readonly string[], options: RunOptions): readonly [string, readonly string[]] => {
  const [command, ...rest] = [...(options.wrap ?? []), process.execPath, cliPath, ...args];
  return [command as string, rest];
};

/** A command that ends by itself: `ps`, `status`, `stop`, `resume` of a run that is over, `run` of tasks. */
export function headgate(args: readonly string[], options: RunOptions): RunEnd {
  const [command, rest] = commandOf([...args, '--state-dir', options.stateDir, ...(options.args ?? [])], options);
  const { status, signal, stdout, stderr } = spawnSync(command, rest, {
    cwd: options.cwd,
    env: runEnvironment(options.env),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  });
  return { status, signal, stdout, stderr };
}

/** Starts it and returns at once. `ready` resolves with the run, or rejects with what was said when it ended before. */
export function launch(
  args: readonly string[],
  options: RunOptions,
): { readonly child: ChildProcess; readonly ended: Promise<RunEnd>; readonly ready: Promise<LiveRun> } {
  const [command, rest] = commandOf([...args, '--state-dir', options.stateDir, ...(options.args ?? [])], options);
  const child = spawn(command, rest, {
    cwd: options.cwd,
    env: runEnvironment(options.env),
    detached: options.group === true,
  });
  let stdout = '';
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout.setEncoding('utf8');
  const ended = new Promise<RunEnd>((done) => {
    child.on('close', (status, signal) => done({ status, signal, stdout, stderr }));
  });
  const stop = async (signal: NodeJS.Signals = 'SIGINT'): Promise<RunEnd> => {
    if (child.exitCode === null && child.signalCode === null)
      process.kill((options.group ? -1 : 1) * (child.pid as number), signal);
    const late = setTimeout(() => child.kill('SIGKILL'), 30_000);
    const end = await ended;
    clearTimeout(late);
    return end;
  };
  const ready = new Promise<LiveRun>((done, fail) => {
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      fail(new Error(`not ready after ${seconds} s\n${stdout}\n${stderr}`));
    }, seconds * 1000);
    child.stdout.on('data', (text: string) => {
      stdout += text;
      const id = /^ready (\S+)$/m.exec(stdout)?.[1];
      if (id === undefined) return;
      clearTimeout(late);
      const exports = Object.fromEntries([...stdout.matchAll(/^(\S+) ([a-z]+:\/\/\S+)$/gm)].map(([, k, v]) => [k, v]));
      done({ id, exports, child, output: () => ({ stdout, stderr }), ended, stop });
    });
    child.on('error', fail);
    void ended.then(({ status, signal }) => {
      clearTimeout(late);
      fail(new Error(`ended with ${signal ?? status} before it was ready\n${stdout}\n${stderr}`));
    });
  });
  ready.catch(() => undefined);
  return { child, ended, ready };
}

export const startRun = (scenario: string, options: RunOptions): Promise<LiveRun> =>
  launch(['run', scenario], options).ready;

/** Polls until it is so; throws with the last value that it had. */
export async function until<T>(look: () => T | Promise<T>, isSo: (value: T) => boolean, ms = 10_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const value = await look();
    if (isSo(value)) return value;
    if (performance.now() > end) throw new Error(`still so after ${ms} ms: ${JSON.stringify(value)}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}
