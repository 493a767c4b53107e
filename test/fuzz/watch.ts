/** Runs one worker, and ends it when an input takes too long or too much. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Find } from './oracle.ts';
import type { WorkerJob, WorkerMessage } from './worker.ts';

export const limits = { cpuSeconds: 2, wallSeconds: 30, memoryMiB: 512, growthMiB: 64 } as const;

export interface Watched {
  /** Inputs that came to an end, by number. */
  readonly ended: readonly Extract<WorkerMessage, { kind: 'end' }>[];
  /** What was wrong with the process: the input at hand is to blame, or those before it. */
  readonly verdict?: { readonly index: number; readonly find: Find };
  /** No further input was begun. */
  readonly next: number;
}

export interface WatchOptions {
  readonly worker: string;
  readonly job: WorkerJob;
  readonly first: number;
  /** Milliseconds of `performance.now()`; the input at hand is waited for. */
  readonly deadline: number;
  readonly onEnd?: (message: Extract<WorkerMessage, { kind: 'end' }>) => void;
  readonly env?: Readonly<Record<string, string>>;
}

const tick = 50;

export function watch({ worker, job, first, deadline, onEnd, env }: WatchOptions): Promise<Watched> {
  const flags = ['--expose-gc', '--enable-source-maps', `--max-old-space-size=${limits.memoryMiB}`];
  const child = spawn(process.execPath, [...flags, worker, JSON.stringify(job)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...env },
  });
  const ended: Extract<WorkerMessage, { kind: 'end' }>[] = [];
  const state = { index: first - 1, busy: false, since: 0, cpu: 0, spent: 0, firstHeap: 0, done: false, stderr: '' };
  let verdict: Watched['verdict'];
  const blame = (kind: Find['kind'], what: string, detail: string, index = state.index): void => {
    verdict ??= { index, find: { kind, signature: `${kind} ${what}`, detail } };
    child.kill('SIGKILL');
  };

  const hear = (message: WorkerMessage): void => {
    if (verdict) return;
    if (message.kind === 'start')
      Object.assign(state, { index: message.index, busy: true, since: performance.now(), spent: 0 });
    else if (message.kind === 'end') {
      state.busy = false;
      ended.push(message);
      onEnd?.(message);
      if (message.peak > limits.memoryMiB) blame('memory', 'too much', `${Math.round(message.peak)} MiB at most`);
      else if (performance.now() > deadline) {
        state.done = true;
        child.kill('SIGKILL');
      }
    } else if (message.kind === 'heap') {
      state.firstHeap ||= message.heap;
      const grown = message.heap - state.firstHeap;
      if (grown > limits.growthMiB)
        blame('growth', 'of the heap', `${Math.round(grown)} MiB more than at the beginning`);
    } else state.done = true;
  };

  const timer = setInterval(() => {
    const cpu = cpuSeconds(child.pid as number);
    const elapsed = (performance.now() - state.since) / 1000;
    // The machine may be busy with other things: only what this process takes counts, until patience ends.
    if (state.busy) state.spent += (cpu ?? elapsed) - (cpu === undefined ? state.spent : state.cpu);
    state.cpu = cpu ?? 0;
    if (!state.busy) return;
    if (state.spent > limits.cpuSeconds)
      blame('hang', 'too slow', `more than ${limits.cpuSeconds} s of processor time`);
    else if (elapsed > limits.wallSeconds) blame('hang', 'no end', `more than ${limits.wallSeconds} s`);
  }, tick);

  child.stderr?.on('data', (chunk) => {
    state.stderr = (state.stderr + String(chunk)).slice(-20_000);
  });
  const lines = createInterface({ input: child.stdio[3] as Readable });
  lines.on('line', (line) => hear(JSON.parse(line) as WorkerMessage));
  const heard = new Promise((done) => lines.on('close', done));

  return new Promise((done, fail) => {
    child.on('close', async (code, signal) => {
      clearInterval(timer);
      await heard;
      if (state.index < first && !state.done) {
        fail(new Error(`the worker does not start: ${state.stderr}`));
        return;
      }
      if (!verdict && !state.done) verdict = { index: state.index, find: death(code, signal, state.stderr) };
      done({ ended, ...(verdict ? { verdict } : {}), next: state.index + 1 });
    });
  });
}

/** A process that ended before its work. */
function death(code: number | null, signal: string | null, stderr: string): Find {
  const tail = stderr.slice(-3000);
  if (/heap out of memory|allocation failed/i.test(stderr))
    return { kind: 'memory', signature: 'memory too much', detail: `more than ${limits.memoryMiB} MiB\n${tail}` };
  // Node's exit code for a promise that is still waited for when nothing can settle it any more.
  if (code === 13) return { kind: 'hang', signature: 'hang never settles', detail: 'waits for what never comes' };
  return {
    kind: 'crash',
    signature: `crash process ended ${signal ?? code}`,
    detail: `ended with ${signal ?? code}\n${tail}`,
  };
}

/** Of all threads; undefined where the system does not tell. */
function cpuSeconds(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name of the program may hold spaces: fields count from behind its bracket.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  } catch {
    return undefined;
  }
}
