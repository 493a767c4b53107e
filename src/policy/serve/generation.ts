/** One generation of the policy: a process that was started, and where it listens. */
import { type ChildProcess, spawn } from 'node:child_process';
import { request } from 'node:http';

const readyMs = 30_000;
const graceMs = 5_000;

/** How to start one generation. */
export interface Start {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where it listens; `told` when it says so itself. */
  readonly port: number | 'told';
}

export interface Generation {
  /** The port it listens on, or why it does not. Never rejects. */
  readonly ready: Promise<{ readonly port: number } | { readonly fault: string }>;
  /** Settles when the process is gone: its last words, by exit code or signal. */
  readonly ended: Promise<string>;
  readonly stop: () => Promise<void>;
}

export function startGeneration({ argv, env, cwd, port }: Start, onLine: (line: string) => void): Generation {
  const [command = '', ...args] = argv;
  const told = port === 'told';
  // A group of its own, so that all of it can be ended.
  const child = spawn(command, args, {
    cwd,
    env: { ...env },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', ...(told ? ['ipc' as const] : [])],
  });
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (stream)
      eachLine(stream, (line) => {
        last.push(line);
        if (last.length > 20) last.shift();
        onLine(line);
      });
  }
  const ended = new Promise<string>((done) => {
    child.once('error', (error) => done(`cannot be started: ${error.message}`));
    child.once('close', (code, signal) =>
      done(signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`),
    );
  });
  const faulty = ended.then((how) => ({ fault: [`the policy ${how}`, ...last].join('\n') }));
  const late = async (): Promise<{ readonly fault: string }> => {
    await pause(readyMs);
    return { fault: `the policy does not listen after ${readyMs / 1000} s` };
  };
  const listening = told ? toldPort(child) : answers(port, ended);
  return { ready: Promise.race([listening, faulty, late()]), ended, stop: () => stop(child, ended) };
}

function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine(rest);
  });
}

const toldPort = (child: ChildProcess): Promise<{ readonly port: number }> =>
  new Promise((done) => {
    child.on('message', (message) => {
      const { port } = message as { readonly port?: number };
      if (port !== undefined) done({ port });
    });
  });

/** As headgate itself finds out: any status but 502. */
async function answers(port: number, ended: Promise<string>): Promise<{ readonly port: number }> {
  let gone = false;
  void ended.then(() => {
    gone = true;
  });
  for (;;) {
    const status = await probe(port);
    if (gone) return new Promise(() => {});
    if (status !== undefined && status !== 502) return { port };
    await pause(50);
  }
}

const probe = (port: number): Promise<number | undefined> =>
  new Promise((done) => {
    const asked = request({ host: '127.0.0.1', port, path: '/', agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      done(response.statusCode);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => done(undefined));
    asked.end();
  });

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  signal(child, 'SIGTERM');
  const cut = setTimeout(() => signal(child, 'SIGKILL'), graceMs);
  await ended;
  clearTimeout(cut);
  // What it started and left behind.
  signal(child, 'SIGKILL');
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  try {
    if (pid !== undefined) process.kill(-pid, name);
  } catch {
    // It is gone.
  }
}

const pause = (ms: number): Promise<void> =>
  new Promise((done) => {
    setTimeout(done, ms).unref();
  });
