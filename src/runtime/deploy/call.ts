/** A program of the user that speaks to a place: its words, and how it ended. */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { join } from 'node:path';
import { holdBack } from '../../base/hold-back.ts';
import type { Hear } from '../../ports/target.ts';
import { diesWithUs } from './die-with.ts';

export interface Called {
  /** Null where it was not found, or was ended. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** There is no such program. */
  readonly missing?: true;
}

export interface CallOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly input?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

export type Caller = (file: string, args: readonly string[], options: CallOptions) => Promise<Called>;

/** More than this is not kept: the end of it is lost, and a reader of JSON says so. */
const mostBytes = 64 * 1024 * 1024;
/** Somebody who was asked to end and does not. */
const killMs = 5_000;

/**
 * Where the user has it: unlike what headgate starts for itself, these speak for the user. Only whole paths of PATH count, so that no folder
 * that is being worked in stands behind a name.
 */
function inPath(name: string, env: CallOptions['env']): string | undefined {
  const folders = (env['PATH'] ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return statSync(path).isFile();
      } catch {
        return false;
      }
    });
}

export const call: Caller = (name, args, { env, cwd, input, signal, timeoutMs }) =>
  new Promise((done) => {
    const file = inPath(name, env);
    if (file === undefined) {
      done({ code: null, stdout: '', stderr: `there is no program ${name}`, missing: true });
      return;
    }
    const child = spawn(file, args, {
      env: env as NodeJS.ProcessEnv,
      stdio: 'pipe',
      ...(cwd === undefined ? {} : { cwd }),
    });
    diesWithUs(child);
    const said = { stdout: '', stderr: '' };
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream].setEncoding('utf8').on('data', (text: string) => {
        if (said[stream].length < mostBytes) said[stream] += text;
      });
    const timers: NodeJS.Timeout[] = [];
    let isLate = false;
    const end = (): void => {
      child.kill('SIGTERM');
      timers.push(setTimeout(() => child.kill('SIGKILL'), killMs));
    };
    if (timeoutMs !== undefined)
      timers.push(
        setTimeout(() => {
          isLate = true;
          end();
        }, timeoutMs),
      );
    if (signal?.aborted) end();
    else signal?.addEventListener('abort', end, { once: true });
    const over = (called: Called): void => {
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', end);
      done(called);
    };
    child.on('error', (error: NodeJS.ErrnoException) =>
      over({
        code: null,
        ...said,
        stderr: said.stderr || error.message,
        ...(error.code === 'ENOENT' ? { missing: true } : {}),
      }),
    );
    const unanswered = `${name} has had no answer for ${(timeoutMs ?? 0) / 1000} s\n`;
    child.on('close', (code) =>
      over(isLate ? { code: null, ...said, stderr: said.stderr + unanswered } : { code, ...said }),
    );
    // One that reads nothing is no fault of whoever writes.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });

/** Tells what a program says as it says it, until it ends. Answers its status; null where it could not be started, or was ended. */
export function listen(
  name: string,
  args: readonly string[],
  { env, signal }: { readonly env: CallOptions['env']; readonly signal: AbortSignal },
  hear: Hear,
): Promise<number | null> {
  return new Promise((done) => {
    const file = inPath(name, env);
    if (signal.aborted || file === undefined) return done(null);
    const child = spawn(file, args, { env: env as NodeJS.ProcessEnv, stdio: ['ignore', 'pipe', 'pipe'] });
    diesWithUs(child);
    holdBack(child.stdout, (chunk) => hear('stdout', chunk));
    holdBack(child.stderr, (chunk) => hear('stderr', chunk));
    const end = (): void => {
      child.kill('SIGKILL');
    };
    signal.addEventListener('abort', end, { once: true });
    const over = (code: number | null): void => {
      signal.removeEventListener('abort', end);
      done(code);
    };
    child.on('error', () => over(null));
    child.on('close', over);
  });
}

/** The end of what was said, for a message. */
export const lastWords = (text: string, lines = 3): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-lines)
    .join('; ');
