/** The ends of the processes that a sandbox is made of. */
import type { ChildProcess } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** The kernel ends everything in a pid namespace before its first process is gone, and bubblewrap waits for that one. */
export async function stopBoxed(
  child: ChildProcess,
  init: Promise<number | undefined>,
  gone: Promise<void>,
): Promise<void> {
  const pid = await Promise.race([init, gone.then(() => undefined), wait(500).then(() => undefined)]);
  if (child.exitCode === null && child.signalCode === null) {
    if (pid === undefined || !kill(pid)) child.kill('SIGKILL');
    await Promise.race([gone, wait(2_000)]);
    child.kill('SIGKILL');
  }
  await gone;
}

/** The agent looks for processes that left its group, and ends the group with itself. */
export async function stopPlain(child: ChildProcess, control: Writable, gone: Promise<void>): Promise<void> {
  control.end();
  await Promise.race([gone, wait(2_000)]);
  if (child.pid !== undefined) kill(-child.pid);
  await gone;
}

/** The process ended, and what it wrote was read; others may hold its streams open for longer. */
export function goneOf(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.on('close', () => done());
    child.on('error', () => done());
    child.on('exit', () => setTimeout(done, 100));
  });
}

/** Everything was read of a stream that somebody reads; nobody writes to it any more. */
export const silenceOf = (stream: Readable | null): Promise<void> =>
  stream === null ? Promise.resolve() : new Promise((done) => void stream.once('close', () => done()));

/** The process id of the sandbox's init, as the host counts. */
export function readInit(info: Readable): Promise<number | undefined> {
  return new Promise((done) => {
    let text = '';
    info.on('data', (chunk: Buffer) => {
      if (text.length < 4096) text += chunk.toString('latin1');
      const pid = Number(/"child-pid":\s*(\d+)/.exec(text)?.[1]);
      if (pid > 1) done(pid);
    });
    info.on('close', () => done(undefined));
  });
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms).unref());
