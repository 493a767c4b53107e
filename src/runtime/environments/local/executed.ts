/** One program in a place of its own, from its start to the end of everything that it started. */
import type { SandboxEnd } from '../../../adapters/sandbox/end.ts';
import { startSandbox } from '../../../adapters/sandbox/sandbox.ts';
import type { SandboxSpec } from '../../../adapters/sandbox/spec.ts';
import type { JsonObject } from '../../../base/json.ts';
import type { Executed, Execution, Output } from '../../../ports/execution.ts';

type Bounds = Pick<Execution, 'budgetMs' | 'graceMs' | 'mostOutputBytes' | 'signal'>;

/** How long a sandbox may take until its program is started; it takes some 100 ms. */
const LAUNCH_MS = 60_000;

const nothing: Output = { bytes: new Uint8Array(), dropped: 0 };

export const neverExecuted = (fault: string): Executed => ({ ...unended, ended: 'error', fault });

const unended = { code: null, signal: null, stdout: nothing, stderr: nothing, durationMs: 0 } as const;

/** Something that is being started, or runs. */
export interface Running {
  /** Its program was started; never settles for one that ends before. */
  readonly started: Promise<unknown>;
  readonly measured: Promise<JsonObject>;
  /** Settles once, with how it ended. */
  readonly ended: Promise<Pick<Executed, 'code' | 'signal' | 'fault'>>;
  /** Asks it to end, and ends it after that time. */
  readonly terminate: (graceMs: number) => Promise<void>;
  /** Ends it, and whatever it left running. */
  readonly stop: () => Promise<void>;
  readonly usage?: () => Executed['usage'];
}

export interface Streams {
  readonly onStdout: (chunk: Buffer) => void;
  readonly onStderr: (chunk: Buffer) => void;
}

/** Never throws. `exceeded` is told when it has taken more than it may. The budget counts from the start of the program. */
export async function executed(spec: SandboxSpec, bounds: Bounds, exceeded?: Promise<string>): Promise<Executed> {
  const start = (streams: Streams): Running => {
    const sandbox = startSandbox({ ...spec, wholeOutput: true, ...streams });
    return {
      started: sandbox.ready,
      measured: sandbox.measured.then((found) => found as unknown as JsonObject),
      ended: sandbox.ended.then(endOf),
      terminate: sandbox.terminate,
      stop: sandbox.stop,
      usage: sandbox.usage,
    };
  };
  return untilEnded(start, bounds, exceeded);
}

export async function untilEnded(
  start: (streams: Streams) => Running,
  bounds: Bounds,
  exceeded?: Promise<string>,
): Promise<Executed> {
  if (bounds.signal.aborted) return { ...unended, ended: 'stopped' };
  const stdout = collect(bounds.mostOutputBytes);
  const stderr = collect(bounds.mostOutputBytes);
  const running = start({ onStdout: stdout.add, onStderr: stderr.add });
  let measured: JsonObject | undefined;
  void running.measured.then((found) => {
    measured = found;
  });
  let began = performance.now();
  let isRunning = false;
  const due = timer();
  const launch = timer();
  void running.started.then(() => {
    began = performance.now();
    isRunning = true;
    launch.clear();
    due.start(bounds.budgetMs);
  });
  launch.start(LAUNCH_MS);
  const stopped = aborted(bounds.signal);
  const first = await Promise.race([
    running.ended.then(() => ({ why: 'ended' as const })),
    due.over.then(() => ({ why: 'budget' as const })),
    stopped.over.then(() => ({ why: 'stopped' as const })),
    launch.over.then(() => ({ why: 'fault' as const, fault: 'its sandbox was not made in time' })),
    ...(exceeded ? [exceeded.then((fault) => ({ why: 'fault' as const, fault }))] : []),
  ]);
  const durationMs = performance.now() - began;
  due.clear();
  launch.clear();
  stopped.forget();
  // Nobody is there yet who could be asked.
  if (first.why !== 'ended' && isRunning) await running.terminate(bounds.graceMs);
  else if (first.why !== 'ended') await running.stop();
  const { code, signal, fault } = await running.ended;
  // Whatever the program left running ends with it.
  await running.stop();
  const usage = running.usage?.();
  const seen = {
    code,
    signal,
    stdout: stdout.taken(),
    stderr: stderr.taken(),
    durationMs,
    ...(usage ? { usage } : {}),
    ...(measured ? { measured } : {}),
  };
  if (first.why === 'fault') return { ...seen, ended: 'error', fault: first.fault };
  if (first.why !== 'ended') return { ...seen, ended: first.why };
  return fault === undefined ? { ...seen, ended: 'exited' } : { ...seen, ended: 'error', fault };
}

function endOf(end: SandboxEnd): Pick<Executed, 'code' | 'signal' | 'fault'> {
  if (end.reason === 'exited') return { code: end.code, signal: end.signal };
  return { code: null, signal: null, fault: end.reason === 'stopped' ? 'its sandbox ended' : end.message };
}

/** The first bytes of a stream; what comes after them is read, counted and let go. */
function collect(most: number): { readonly add: (chunk: Buffer) => void; readonly taken: () => Output } {
  const chunks: Buffer[] = [];
  let held = 0;
  let dropped = 0;
  return {
    add: (chunk) => {
      const kept = chunk.subarray(0, most - held);
      // A copy: a part of a chunk would keep all of it.
      if (kept.length > 0) chunks.push(kept.length < chunk.length ? Buffer.from(kept) : kept);
      held += kept.length;
      dropped += chunk.length - kept.length;
    },
    taken: () => ({ bytes: Buffer.concat(chunks), dropped }),
  };
}

function timer(): {
  readonly over: Promise<void>;
  readonly start: (ms: number) => void;
  readonly clear: () => void;
} {
  let running: NodeJS.Timeout | undefined;
  let isClear = false;
  let done: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    done = resolve;
  });
  return {
    over,
    start: (ms) => {
      if (!isClear) running = setTimeout(done, ms);
    },
    clear: () => {
      isClear = true;
      clearTimeout(running);
    },
  };
}

function aborted(signal: AbortSignal): { readonly over: Promise<void>; readonly forget: () => void } {
  let done: () => void = () => {};
  const over = new Promise<void>((resolve) => {
    done = resolve;
  });
  signal.addEventListener('abort', done);
  return { over, forget: () => signal.removeEventListener('abort', done) };
}
