/**
 * `check` through a check server: what it says, and nothing else, is printed. Whatever is not as it should be is no fault: then the command is
 * done here, as without a server, and nothing has been printed before.
 */
import { lstatSync, writeSync } from 'node:fs';
import type { Socket } from 'node:net';
import { serverPlace } from '../check-server/place.ts';
import { type Answer, accepted, type CheckQuestion, type OutputPart } from '../check-server/wire.ts';
import { lossText } from '../loss-text.ts';
import { mayBeTerminal } from '../may-be-terminal.ts';
import { readStdin } from '../stdin.ts';
import type { Installed } from './installed.ts';
import { startServer } from './start-server.ts';

/** Milliseconds until the server begins, and until it has ended. What takes longer is no faster there. */
const PATIENCE = { begin: 1000, end: 10_000 } as const;

/** What makes a process of node, or of the single executable, another one than its server. */
const OTHER_NODE = ['NODE_OPTIONS', 'BUN_OPTIONS', 'NODE_V8_COVERAGE', 'HEADGATE_DEBUG'] as const;

/** True of a command that a server can be asked for, where the user wants that. */
export const wantsServer = (argv: readonly string[], env: NodeJS.ProcessEnv): boolean =>
  argv[0] === 'check' && env['HEADGATE_SERVER'] === '1';

export function askServer(installed: Installed, cold: () => void): void {
  const { env } = process;
  const argv = process.argv.slice(2);
  const isOther = process.execArgv.length > 0 || OTHER_NODE.some((name) => env[name]) || argv.includes('--watch');
  const place = isOther ? undefined : serverPlace(env, installed.program);
  const cwd = place && workingFolder();
  if (!place || cwd === undefined) {
    cold();
    return;
  }
  if (!isThere(place.socket)) {
    startServer(place, installed);
    cold();
    return;
  }
  const question = { kind: 'check', identity: place.identity, argv, cwd, env, ...columns(installed) } as const;
  const release = holdSignals();
  const itself = (isGone: boolean): void => {
    release();
    if (isGone) startServer(place, installed);
    cold();
  };
  if (!argv.includes('-')) {
    talk(installed, place.socket, { ...question, stdin: 0 }, undefined, itself);
    return;
  }
  void readStdin().then((bytes) => {
    // It can be read once.
    const again = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes;
    };
    Object.defineProperty(process, 'stdin', { configurable: true, get: again });
    talk(installed, place.socket, { ...question, stdin: bytes.length }, bytes, itself);
  });
}

/** Milliseconds after which signals end this process as src/cli/main.ts has it, which listens to them no sooner. */
const STARTED = 40;

/** Answers what lets go of them. */
function holdSignals(): () => void {
  const stops = [
    ['SIGINT', () => process.exit(130)],
    ['SIGTERM', () => process.exit(143)],
  ] as const;
  const timer = setTimeout(() => {
    for (const [name, stop] of stops) process.on(name, stop);
  }, STARTED);
  return () => {
    clearTimeout(timer);
    for (const [name, stop] of stops) process.removeListener(name, stop);
  };
}

/** `itself` is done when there is no answer; it is told whether the server is gone. */
function talk(
  { require }: Installed,
  path: string,
  question: CheckQuestion,
  stdin: Uint8Array | undefined,
  itself: (isGone: boolean) => void,
): void {
  const { connect } = require('node:net') as typeof import('node:net');
  const socket: Socket = connect(path);
  const chunks: Buffer[] = [];
  let isOver = false;
  const giveUp = (isGone: boolean): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    socket.destroy();
    itself(isGone);
  };
  let timer = setTimeout(giveUp, PATIENCE.begin, false);
  socket.on('error', () => giveUp(true));
  let told: Told | undefined;
  let size = 0;
  socket.on('data', (chunk: Buffer) => {
    if (isOver) return;
    size += chunk.length;
    if (chunks.push(chunk) === 1) {
      clearTimeout(timer);
      timer = setTimeout(giveUp, PATIENCE.end, false);
    }
    told ??= toldIn(chunks.length === 1 ? chunk : Buffer.concat(chunks));
    if (!told || size < told.size) return;
    const { answer } = told;
    if ('code' in answer) process.exit(print(answer.code, answer.parts, Buffer.concat(chunks).subarray(told.start)));
    giveUp('cold' in answer && answer.ends === true);
  });
  socket.on('close', () => giveUp(true));
  socket.write(`${JSON.stringify(question)}\n`);
  if (stdin) socket.write(stdin);
}

interface Told {
  readonly answer: Answer;
  /** Of what comes behind the answer, and of all together. */
  readonly start: number;
  readonly size: number;
}

/** Undefined as long as there is no whole line. */
function toldIn(bytes: Buffer): Told | undefined {
  const start = bytes.indexOf('\n', accepted.length) + 1;
  if (start === 0) return undefined;
  const answer = parsed(bytes.toString('utf8', accepted.length, start));
  const parts = 'parts' in answer ? answer.parts : [];
  return { answer, start, size: parts.reduce((sum, { bytes }) => sum + bytes, start) };
}

function parsed(line: string): Answer {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return { cold: 'it cannot be read' };
  }
}

/** As src/cli/terminal.ts does it: a reader that has gone away is no fault, and what else is lost is told. Answers the exit code. */
function print(code: number, parts: readonly OutputPart[], body: Buffer): number {
  const faults = new Map<number, NodeJS.ErrnoException>();
  let at = 0;
  for (const { to, bytes } of parts) {
    const fault = faults.has(to) ? undefined : write(to, body.subarray(at, at + bytes));
    if (fault) faults.set(to, fault);
    at += bytes;
  }
  const isFault = (fd: number): boolean => !['EPIPE', 'ECONNRESET', undefined].includes(faults.get(fd)?.code);
  if (isFault(1)) write(2, Buffer.from(lossText(faults.get(1) as NodeJS.ErrnoException)));
  return (isFault(1) || isFault(2)) && code === 0 ? 1 : code;
}

function write(fd: number, bytes: Buffer): NodeJS.ErrnoException | undefined {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at);
    } catch (error) {
      // Somebody has made it one that does not wait.
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return error as NodeJS.ErrnoException;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
  return undefined;
}

/** Nothing is asked of a terminal that there is not. */
function columns({ require }: Installed): Pick<CheckQuestion, 'outColumns' | 'errColumns'> {
  if (![1, 2].some(mayBeTerminal)) return {};
  const { isatty } = require('node:tty') as typeof import('node:tty');
  return {
    ...(isatty(1) ? { outColumns: process.stdout.columns ?? 0 } : {}),
    ...(isatty(2) ? { errColumns: process.stderr.columns ?? 0 } : {}),
  };
}

function workingFolder(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}

function isThere(path: string): boolean {
  try {
    const found = lstatSync(path);
    return found.isSocket() && found.uid === process.geteuid?.();
  } catch {
    return false;
  }
}
