/** One program in a sandbox of its own, with nothing but the edges it was given. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import type { AgentCommand, AgentConfig, AgentMessage, Measured, PortsHeard } from './agent-protocol.ts';
import { type Bubblewrap, bubblewrapFault, helpInstall } from './bubblewrap.ts';
import { describeExit, failedToRun, limitExceeded } from './describe.ts';
import { type EdgeFolder, type EdgeSocket, edgeHoldMs } from './edge-socket.ts';
import { prlimitCommand, type SandboxLimits } from './limits.ts';
import { type Prepared, prepare } from './prepare.ts';
import { createTail } from './tail.ts';
import type { Workplace } from './workplace.ts';

export interface SandboxSpec {
  readonly workplace: Workplace;
  /** Null: no sandbox, only the agent. */
  readonly bubblewrap: Bubblewrap | null;
  /** Program and arguments. A relative program starts at `cwd`, a bare name is looked up in PATH. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Absolute folder, bound read-only at its own path; null for a program that has none. */
  readonly cwd: string | null;
  readonly files: readonly { readonly path: string; readonly content: string }[];
  readonly provides: readonly { readonly socket: EdgeSocket; readonly port: number }[];
  /** Where the program finds its slots: 127.0.0.1:`port`, and the same port of `address` where that is given. */
  readonly slots: readonly {
    readonly name: string;
    readonly port: number;
    readonly socket: EdgeFolder;
    readonly address?: string;
  }[];
  readonly limits: SandboxLimits;
  /** Folders of the host at places of their own inside, for instance storage. */
  readonly binds?: readonly SandboxBind[];
  /** Folders that are empty and held in memory, up to a size that the kernel keeps; where bubblewrap has `sizes`. */
  readonly scratch?: readonly SandboxScratch[];
  /** Ports of the program that `ready` waits for. */
  readonly readyPorts?: readonly number[];
  /**
   * Absolute path of a file that is made here and holds one line once the program has ended, before this process hears of it:
   * `{"code":0,"signal":null}`. Whoever finds it empty knows nothing. What it says is said by the sandbox.
   */
  readonly exitRecord?: string;
  readonly onStdout?: (chunk: Buffer) => void;
  readonly onStderr?: (chunk: Buffer) => void;
}

export interface SandboxBind {
  /** Absolute, on the host; a folder or a file that exists. */
  readonly source: string;
  /** Absolute, inside. */
  readonly target: string;
  readonly writable: boolean;
}

export interface SandboxScratch {
  /** Absolute, inside. */
  readonly target: string;
  readonly bytes: number;
}

export type SandboxEnd =
  /** The sandbox could not be made. */
  | { readonly reason: 'sandbox'; readonly message: string; readonly help: string }
  /** The program could not be started, or its sandbox broke down. */
  | {
      readonly reason: 'start';
      readonly message: string;
      readonly help?: string;
      /** The program was running by then. */
      readonly ran?: true;
    }
  | {
      readonly reason: 'exited';
      readonly message: string;
      readonly code: number | null;
      readonly signal: string | null;
    }
  | { readonly reason: 'limit'; readonly message: string; readonly help: string }
  | { readonly reason: 'stopped' };

export interface Sandbox {
  /** Settles once. The sandbox itself may live on until `stop`, for instance when the program left others running. */
  readonly ended: Promise<SandboxEnd>;
  /** The last lines of standard error. */
  readonly stderrTail: () => string;
  /** Of the outer process, as the host counts; undefined when nothing was started. */
  readonly pid: number | undefined;
  /** What the agent found before the program was started; never settles where there was no agent, or no sandbox. */
  readonly measured: Promise<Measured>;
  /** Every one of `readyPorts` listens, or without any the program was started. Never settles when the program ends before. */
  readonly ready: Promise<void>;
  /** bubblewrap has made the sandbox, or never will. */
  readonly launched: Promise<void>;
  /** Before `ready`: which of `readyPorts` are missing, and on what else the program listens. */
  readonly ports: () => PortsHeard | undefined;
  /**
   * Asks everything inside to end (SIGTERM), kills after `graceMs` what is left, and resolves when all is gone. `ended` tells
   * how the program took it.
   */
  readonly terminate: (graceMs: number) => Promise<void>;
  /** Kills everything inside, and resolves when it is gone. */
  readonly stop: () => Promise<void>;
}

/** Never throws. The sockets of `provides` lead here from now on. */
export function startSandbox(spec: SandboxSpec): Sandbox {
  const prepared = prepare(spec);
  if ('fault' in prepared) return neverStarted(prepared.fault);
  try {
    return watch(launch(spec, prepared), spec);
  } catch (error) {
    // For instance more arguments than the system takes, or no descriptor left.
    return neverStarted({ reason: 'start', message: (error as Error).message });
  }
}

/** What stands for a program that cannot be started. */
export const neverStarted = (end: SandboxEnd): Sandbox => ({
  ended: Promise.resolve(end),
  stderrTail: () => '',
  pid: undefined,
  launched: Promise.resolve(),
  measured: new Promise(() => {}),
  ready: new Promise(() => {}),
  ports: () => undefined,
  terminate: async () => {},
  stop: async () => {},
});

interface Launched {
  readonly child: ChildProcess;
  readonly control: Readable & Writable;
  readonly info: Readable;
}

/** Descriptors: 3 control, 4 what bubblewrap tells, then the edges, then the files, then the record of the end. */
function launch(spec: SandboxSpec, { command, program }: Prepared): Launched {
  const first = 5 + spec.provides.length;
  const [file = '', ...args] = command(spec.files.map(({ path }, index) => ({ path, fd: first + index })));
  const listening: ReturnType<EdgeSocket['listen']>[] = [];
  let child: ChildProcess;
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const record = spec.exitRecord && openSync(spec.exitRecord, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  try {
    for (const { socket } of spec.provides) listening.push(socket.listen());
    const stdio: StdioOptions = [
      'ignore',
      spec.onStdout ? 'pipe' : 'ignore',
      'pipe',
      'pipe',
      'pipe',
      ...listening.map(({ fd }) => fd),
      ...spec.files.map(() => 'pipe' as const),
      ...(typeof record === 'number' ? [record] : []),
    ];
    // In a group of its own: Ctrl-C of a terminal goes to the whole group of headgate, which asks programs to end in its own way.
    child = spawn(file, args, { env: {}, cwd: '/', stdio, detached: true });
  } finally {
    // In the same turn: this process must not accept what is meant for the agent.
    for (const { close } of listening) close();
    if (typeof record === 'number') closeSync(record);
  }
  for (const stream of child.stdio) stream?.on('error', () => {});
  for (const [index, { content }] of spec.files.entries())
    (child.stdio[first + index] as Writable | null)?.end(content);
  const control = child.stdio[3] as Readable & Writable;
  control.write(`${JSON.stringify(agentConfig(spec, program))}\n`);
  return { child, control, info: child.stdio[4] as Readable };
}

function agentConfig(spec: SandboxSpec, program: Prepared['program']): AgentConfig {
  const boxed = spec.bubblewrap !== null;
  return {
    prefix: program.prlimit ? prlimitCommand(spec.limits, program.host) : [],
    argv: program.argv,
    env: program.env,
    cwd: program.cwd,
    provides: spec.provides.map(({ port }, index) => ({ fd: 5 + index, port })),
    slots: spec.slots.map(({ name, port, address = '127.0.0.1' }, index) => ({
      name,
      port,
      socket: program.slotSockets[index] as string,
      address: address === '127.0.0.1' ? null : address,
    })),
    holdMs: edgeHoldMs,
    readyPorts: spec.readyPorts ?? [],
    stdout: spec.onStdout ? 'inherit' : 'ignore',
    watch: boxed
      ? { processes: spec.limits.processes, bytes: spec.limits.totalBytes, everyMs: spec.limits.watchMs ?? 50 }
      : null,
    marker: program.marker,
    exitFd: spec.exitRecord === undefined ? null : 5 + spec.provides.length + spec.files.length,
    host: boxed ? ownNamespaces() : null,
  };
}

function ownNamespaces(): Readonly<Record<string, string>> {
  const names = ['ipc', 'mnt', 'net', 'pid', 'user', 'uts'];
  return Object.fromEntries(names.map((name) => [name, readlinkSync(`/proc/self/ns/${name}`)]));
}

function watch({ child, control, info }: Launched, spec: SandboxSpec): Sandbox {
  const tail = createTail();
  child.stderr?.on('data', (chunk: Buffer) => {
    tail.add(chunk);
    spec.onStderr?.(chunk);
  });
  if (spec.onStdout) child.stdout?.on('data', spec.onStdout);
  const end = settleOnce<SandboxEnd>();
  const ready = settleOnce<void>();
  const measured = settleOnce<Measured>();
  let greeted = false;
  let began = false;
  let exit: SandboxEnd | undefined;
  let ports: PortsHeard | undefined;
  onLines(control, (message) => {
    if (message.type === 'hello') greeted = true;
    else if (message.type === 'measured') measured.settle(message.measured);
    else if (message.type === 'failed') end.settle(failedToRun(message.code, message.message, spec));
    else if (message.type === 'limit') end.settle(limitExceeded(message.what, message.value, spec.limits));
    else if (message.type === 'listening') ports = heardIn(message);
    if (message.type === 'started') began = true;
    if (message.type === 'ready' || (message.type === 'started' && !spec.readyPorts?.length)) ready.settle();
    else if (message.type === 'exited') {
      const { code, signal } = message;
      const ended: SandboxEnd = { reason: 'exited', message: describeExit(code, signal), code, signal };
      exit ??= ended;
      // What the program said last may still be on its way.
      setTimeout(() => end.settle(ended), 5);
    }
  });
  const init = readInit(info);
  const gone = goneOf(child);
  child.on('error', (error) =>
    end.settle({ reason: 'sandbox', message: `cannot start: ${error.message}`, help: helpInstall }),
  );
  void gone.then(() => {
    const broken = `its sandbox broke down: ${describeExit(child.exitCode, child.signalCode)}`;
    if (!greeted && spec.bubblewrap) end.settle({ reason: 'sandbox', ...bubblewrapFault(tail.text()) });
    else end.settle(exit ?? { reason: 'start', message: broken, ...(began ? { ran: true } : {}) });
  });
  const stop = async (): Promise<void> => {
    end.settle(exit ?? { reason: 'stopped' });
    if (spec.bubblewrap) await stopBoxed(child, init, gone);
    else await stopPlain(child, control, gone);
    control.destroy();
    child.stderr?.destroy();
    child.stdout?.destroy();
  };
  const terminate = async (graceMs: number): Promise<void> => {
    control.write(`${JSON.stringify({ type: 'terminate', graceMs } satisfies AgentCommand)}\n`);
    // The agent keeps the time; this is for one that cannot, for instance because it was stopped.
    await Promise.race([gone, wait(graceMs + 1_000)]);
    await stop();
  };
  return {
    ended: end.promise,
    stderrTail: tail.text,
    pid: child.pid,
    launched: init.then(() => undefined),
    measured: measured.promise,
    ready: ready.promise,
    ports: () => ports,
    terminate,
    stop,
  };
}

/** What comes from inside may be anything. */
function heardIn(message: PortsHeard): PortsHeard {
  const portsOf = (given: unknown): readonly number[] =>
    Array.isArray(given) ? given.filter((port) => Number.isInteger(port)).slice(0, 8) : [];
  return { missing: portsOf(message.missing), others: portsOf(message.others) };
}

function settleOnce<T>(): { readonly promise: Promise<T>; readonly settle: (value: T) => void } {
  let settle: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

/** The kernel ends everything in a pid namespace before its first process is gone, and bubblewrap waits for that one. */
async function stopBoxed(child: ChildProcess, init: Promise<number | undefined>, gone: Promise<void>): Promise<void> {
  const pid = await Promise.race([init, gone.then(() => undefined), wait(500).then(() => undefined)]);
  if (child.exitCode === null && child.signalCode === null) {
    if (pid === undefined || !kill(pid)) child.kill('SIGKILL');
    await Promise.race([gone, wait(2_000)]);
    child.kill('SIGKILL');
  }
  await gone;
}

/** The agent looks for processes that left its group, and ends the group with itself. */
async function stopPlain(child: ChildProcess, control: Writable, gone: Promise<void>): Promise<void> {
  control.end();
  await Promise.race([gone, wait(2_000)]);
  if (child.pid !== undefined) kill(-child.pid);
  await gone;
}

/** The process ended, and what it wrote was read; others may hold its streams open for longer. */
function goneOf(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    child.on('close', () => done());
    child.on('error', () => done());
    child.on('exit', () => setTimeout(done, 100));
  });
}

/** The process id of the sandbox's init, as the host counts. */
function readInit(info: Readable): Promise<number | undefined> {
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

/** Lines come from inside the sandbox: too long a line, or one that is no message, is dropped. */
function onLines(control: Readable, tell: (message: AgentMessage) => void): void {
  let text = '';
  control.setEncoding('utf8');
  control.on('data', (chunk: string) => {
    text += chunk;
    const lines = text.split('\n');
    text = (lines.pop() ?? '').slice(0, 65_536);
    for (const line of lines) {
      try {
        const message: unknown = JSON.parse(line);
        if (typeof message === 'object' && message !== null) tell(message as AgentMessage);
      } catch {
        // No message.
      }
    }
  });
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms).unref());
