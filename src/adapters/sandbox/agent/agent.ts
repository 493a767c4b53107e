/**
 * The agent: first process of a sandbox. It opens the gate behind which the program waits, joins the program's ports to the edges,
 * and ends everything when the host goes away. The program is in namespaces of its own below it, and cannot reach it. It runs as one plain script made of the texts of the functions below,
 * so they may call each other and nothing else: no import, no constant of this file. Whatever it says is said by the sandbox;
 * the host believes none of it beyond its meaning.
 */
import type * as ChildProcess from 'node:child_process';
import type * as Fs from 'node:fs';
import type * as Net from 'node:net';
import type * as Path from 'node:path';
import { enter, enterSource } from '../connections.ts';
import { joinSource, joinTo } from '../join.ts';
import { type EdgeState, edgeProvide, edgeServeSlot, edgesSource } from './edges.ts';
import { firstLine, firstLineSource } from './first-line.ts';
import { ipcBytes, ipcSource } from './ipc.ts';
import { exitSource, keepExit } from './keep-exit.ts';
import { otherProcesses, processesSource } from './processes.ts';
import { closeInherited, listeningPorts, programSource, whyNotRun } from './program.ts';
import type { AgentCommand, AgentConfig, AgentMessage } from './protocol.ts';
import { startProver } from './prover.ts';

/** Functions of other files, which the script finds under whatever names a bundler gave them. */
const parts = {
  joinTo,
  enter,
  edgeProvide,
  edgeServeSlot,
  firstLine,
  keepExit,
  ipcBytes,
  otherProcesses,
  closeInherited,
  whyNotRun,
  listeningPorts,
  startProver,
};

type Node = typeof parts & {
  readonly net: typeof Net;
  readonly fs: typeof Fs;
  readonly path: typeof Path;
  readonly child: typeof ChildProcess;
};

interface AgentState extends EdgeState {
  readonly node: Node;
  /** Null as long as nothing was heard of it but what to begin with. */
  control: Net.Socket | null;
  running: boolean;
  marker: string | null;
  /** Gives the shell at the gate what it is to do; absent before there is one. */
  open: ((script: string) => void) | null;
}

/** What it is to do is read and begun before anything is loaded that listens or connects. */
function agentMain(node: Node): void {
  const edges = { opened: new Set<number>(), all: { open: 0, most: 0 }, perEdge: 0 };
  const state: AgentState = { node, control: null, running: true, marker: null, open: null, ...edges };
  agentTell(state, { type: 'hello' });
  const first = node.firstLine(node.fs, 3);
  if (first === null) process.exit(0);
  agentBegin(state, JSON.parse(first.line) as AgentConfig);
  agentListen(state, first.rest);
}

function agentListen(state: AgentState, rest: Buffer): void {
  const control = new state.node.net.Socket({ fd: 3, readable: true, writable: true });
  state.control = control;
  let text = '';
  control.setEncoding('utf8');
  if (rest.length > 0) control.unshift(rest);
  control.on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) agentObey(state, JSON.parse(line) as AgentCommand);
  });
  control.on('error', () => agentEnd(state));
  control.on('close', () => agentEnd(state));
  control.on('end', () => agentEnd(state));
}

function agentTell(state: AgentState, message: AgentMessage): void {
  const line = `${JSON.stringify(message)}\n`;
  if (state.control) state.control.write(line);
  else state.node.fs.writeSync(3, line);
}

function agentObey(state: AgentState, command: AgentCommand): void {
  if (command.type === 'terminate') agentTerminate(state, command.graceMs);
  else if (command.type === 'open') {
    state.open?.(command.script);
    if (command.countIpc) agentCountIpc(state, 0);
  } else
    state.node.startProver(state.node.child, command, (results) =>
      agentTell(state, { type: 'tried', id: command.id, results }),
    );
}

/** A tenth of the time at most, however much there is to count. */
function agentCountIpc(state: AgentState, told: number): void {
  if (!state.running) return;
  const began = performance.now();
  const bytes = state.node.ipcBytes(state.node.fs);
  if (bytes !== told) agentTell(state, { type: 'ipc', bytes });
  setTimeout(() => agentCountIpc(state, bytes), Math.max(100, (performance.now() - began) * 10));
}

function agentBegin(state: AgentState, config: AgentConfig): void {
  state.marker = config.marker;
  const filter = config.gate === null ? null : config.gate.filterFd;
  const known = new Set([3, config.exitFd, filter, ...config.provides.map((provide) => provide.fd)]);
  state.node.closeInherited(state.node.fs, known);
  state.all.most = config.connections.perComponent;
  state.perEdge = config.connections.perEdge;
  // A gate comes up meanwhile; nothing of the program is there before it is opened.
  if (config.gate !== null) agentRun(state, config);
  for (const provide of config.provides) state.node.edgeProvide(state, provide);
  const taken = (message: string): void => agentTell(state, { type: 'failed', code: 'EADDRINUSE', message });
  for (const slot of config.slots) state.node.edgeServeSlot(state, slot, config.holdMs, taken);
  if (config.gate === null) agentRun(state, config);
}

function agentRun(state: AgentState, config: AgentConfig): void {
  const fault = state.node.whyNotRun(state.node.fs, state.node.path, config);
  const failed = (code: string, message: string): void => {
    state.running = false;
    agentTell(state, { type: 'failed', code, message });
  };
  if (fault !== undefined) {
    failed(fault, '');
    return;
  }
  let program: ChildProcess.ChildProcess;
  try {
    program = config.gate === null ? agentSpawn(state, config) : agentWaitAtGate(state, config, config.gate, failed);
  } catch (error) {
    failed((error as NodeJS.ErrnoException).code ?? 'EUNKNOWN', (error as Error).message);
    return;
  }
  program.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? 'EUNKNOWN', error.message));
  program.on('exit', (code, signal) => {
    state.running = false;
    if (config.exitFd !== null) state.node.keepExit(state.node.fs, config.exitFd, code, signal);
    agentTell(state, { type: 'exited', code, signal });
  });
}

function agentStarted(state: AgentState, config: AgentConfig): void {
  agentTell(state, { type: 'started' });
  if (config.readyPorts.length > 0) agentAwaitPorts(state, config, 5, '');
}

/** Without a sandbox. */
function agentSpawn(state: AgentState, config: AgentConfig): ChildProcess.ChildProcess {
  const [command = '', ...args] = [...config.prefix, ...config.argv];
  const program = state.node.child.spawn(command, args, {
    cwd: config.cwd,
    env: config.env,
    stdio: ['ignore', config.stdout, 'inherit'],
  });
  program.on('spawn', () => agentStarted(state, config));
  return program;
}

/** A shell in a sandbox of its own, which tells what it sees and becomes the program when the host says so. */
function agentWaitAtGate(
  state: AgentState,
  config: AgentConfig,
  gate: NonNullable<AgentConfig['gate']>,
  failed: (code: string, message: string) => void,
): ChildProcess.ChildProcess {
  const [command = '', ...args] = gate.command;
  const shell = state.node.child.spawn(command, args, {
    cwd: '/',
    env: {},
    stdio: ['pipe', config.stdout, 'inherit', gate.filterFd, 'pipe', 'pipe'],
    // A session of its own: where the kernel groups by session, many busy processes do not starve this one.
    detached: true,
  });
  state.node.fs.closeSync(gate.filterFd);
  type Ends = readonly [Net.Socket, null, null, null, Net.Socket, Net.Socket];
  const [input, , , , output, told] = shell.stdio as unknown as Ends;
  let said = '';
  let waits = false;
  for (const stream of [input, output, told]) stream.on('error', () => {});
  told.end(gate.args);
  output.setEncoding('utf8').on('data', (chunk: string) => {
    if (waits || said.length > 4096) return;
    said += chunk;
    const end = said.indexOf('\n');
    if (end < 0) return;
    waits = true;
    agentTell(state, { type: 'waiting', looked: said.slice(0, end) });
  });
  // In front of what tells of an end.
  shell.prependListener('exit', () => {
    if (!waits) failed('EGATE', '');
  });
  state.open = (script) => {
    input.end(script);
    agentStarted(state, config);
  };
  input.write(gate.script);
  return shell;
}

function agentSignal({ marker, node }: AgentState, signal: NodeJS.Signals): number {
  const pids = node.otherProcesses(node.fs, marker);
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone.
    }
  }
  return pids.length;
}

/** The host's pid namespace has no end that takes everything along, so marked processes are looked for until there is none. */
function agentEnd(state: AgentState): void {
  if (state.marker === null) process.exit(0);
  for (let round = 0; round < 5 && agentSignal(state, 'SIGKILL') > 0; round++);
  process.kill(-process.pid, 'SIGKILL');
}

/** Daemons that left the program's session are asked as well. Ends with this agent, once the program's status was told. */
function agentTerminate(state: AgentState, graceMs: number): void {
  const { marker, node } = state;
  const until = performance.now() + graceMs;
  const everyMs = marker === null ? 5 : 50;
  const look = (): void => {
    const late = performance.now() >= until;
    const left = late ? agentSignal(state, 'SIGKILL') : node.otherProcesses(node.fs, marker).length;
    if (left === 0 && !state.running) state.control?.write('\n', () => agentEnd(state));
    else setTimeout(look, everyMs);
  };
  agentSignal(state, 'SIGTERM');
  look();
}

function agentAwaitPorts(state: AgentState, config: AgentConfig, pauseMs: number, told: string): void {
  if (!state.running) return;
  const open = state.node.listeningPorts(state.node.fs);
  const missing = config.readyPorts.filter((port) => !open.has(port)).slice(0, 8);
  if (missing.length === 0) {
    agentTell(state, { type: 'ready' });
    return;
  }
  const asked = new Set([...config.readyPorts, ...config.slots.map(({ port }) => port)]);
  const others = [...open].filter((port) => !asked.has(port)).slice(0, 8);
  const now = [...missing, '', ...others].join();
  if (now !== told) agentTell(state, { type: 'listening', missing, others });
  setTimeout(() => agentAwaitPorts(state, config, Math.min(50, pauseMs * 1.2), now), pauseMs);
}

/** The script itself. */
export const agentSource: string = [
  ...[
    agentMain,
    agentListen,
    agentTell,
    agentBegin,
    agentObey,
    agentCountIpc,
    agentRun,
    agentStarted,
    agentSpawn,
    agentWaitAtGate,
    agentSignal,
    agentEnd,
    agentTerminate,
    agentAwaitPorts,
  ].map(String),
  ...joinSource,
  ...enterSource,
  ...edgesSource,
  ...exitSource,
  ...firstLineSource,
  ...ipcSource,
  ...processesSource,
  ...programSource,
  String(startProver),
  // Node asks for it whenever a socket is closed, and then makes it non-blocking, for the program too, which shares it.
  "Object.defineProperty(process, 'stderr', { value: null });",
  // Each is loaded when it is used: the gate is to come up before what is only needed later.
  "const modules = { fs: require('node:fs'), path: require('node:path'), get net() { return require('node:net'); }, get child() { return require('node:child_process'); } };",
  `Object.assign(modules, { ${Object.entries(parts)
    .map(([key, part]) => `${key}: ${part.name}`)
    .join(', ')} });`,
  `${agentMain.name}(modules);`,
].join('\n');
