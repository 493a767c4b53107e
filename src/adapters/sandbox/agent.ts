/**
 * The agent: first process of a sandbox. It starts the program, joins the program's ports to the edges, counts processes and
 * memory, and ends everything when the host goes away. It runs as one plain script made of the texts of the functions below,
 * so they may call each other and nothing else: no import, no constant of this file. Whatever it says is said by the sandbox;
 * the host believes none of it beyond its meaning.
 */
import type * as ChildProcess from 'node:child_process';
import type * as Fs from 'node:fs';
import type * as Net from 'node:net';
import type * as Path from 'node:path';
import type { AgentCommand, AgentConfig, AgentMessage } from './agent-protocol.ts';
import { joinSource, type joinTo } from './join.ts';
import { type keepExit, type measureSandbox, measureSource } from './measure.ts';

interface Node {
  readonly net: typeof Net;
  readonly fs: typeof Fs;
  readonly path: typeof Path;
  readonly child: typeof ChildProcess;
  readonly joinTo: typeof joinTo;
  readonly measure: typeof measureSandbox;
  readonly keepExit: typeof keepExit;
}

interface AgentState {
  readonly node: Node;
  readonly control: Net.Socket;
  running: boolean;
  marker: string | null;
  /** Ports of the program that were open once. */
  readonly opened: Set<number>;
}

function agentMain(node: Node): void {
  const control = new node.net.Socket({ fd: 3, readable: true, writable: true });
  const state: AgentState = { node, control, running: true, marker: null, opened: new Set() };
  let text = '';
  let begun = false;
  control.setEncoding('utf8');
  control.on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (begun) agentTerminate(state, (JSON.parse(line) as AgentCommand).graceMs);
      else agentBegin(state, JSON.parse(line) as AgentConfig);
      begun = true;
    }
  });
  control.on('error', () => agentEnd(state));
  control.on('close', () => agentEnd(state));
  control.on('end', () => agentEnd(state));
  agentTell(state, { type: 'hello' });
}

function agentTell(state: AgentState, message: AgentMessage): void {
  state.control.write(`${JSON.stringify(message)}\n`);
}

function agentList(node: Node, path: string): readonly string[] {
  try {
    return node.fs.readdirSync(path);
  } catch {
    return [];
  }
}

function agentBegin(state: AgentState, config: AgentConfig): void {
  state.marker = config.marker;
  agentCloseInherited(state, new Set([3, config.exitFd, ...config.provides.map((provide) => provide.fd)]));
  for (const { fd, port } of config.provides) {
    const server = state.node.net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      client.on('error', () => client.destroy());
      agentDial(state, client, port);
    });
    server.listen({ fd });
  }
  for (const slot of config.slots) agentServeSlot(state, slot, config.holdMs);
  agentRun(state, config);
  if (config.watch !== null) agentWatch(state, config.watch);
}

/** Descriptors that the host itself inherited from whoever started it have no close-on-exec flag, and would reach the program. */
function agentCloseInherited(state: AgentState, known: ReadonlySet<number | null>): void {
  const { fs } = state.node;
  for (const name of agentList(state.node, '/proc/self/fd')) {
    const fd = Number(name);
    if (fd < 3 || known.has(fd)) continue;
    try {
      const flags = /^flags:\s*([0-7]+)/m.exec(fs.readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1'))?.[1] ?? '0';
      if ((Number.parseInt(flags, 8) & 0o2000000) === 0) fs.closeSync(fd);
    } catch {
      // The descriptor of the listing itself.
    }
  }
}

function agentRun(state: AgentState, config: AgentConfig): void {
  const [command = '', ...args] = [...config.prefix, ...config.argv];
  const fault = agentIsShared(state, config) ? 'ESHARED' : agentCannotRun(state, config);
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
    program = state.node.child.spawn(command, args, {
      cwd: config.cwd,
      env: config.env,
      stdio: ['ignore', config.stdout, 'inherit'],
      // A session of its own: where the kernel groups by session, many busy processes do not starve this one.
      detached: config.watch !== null,
    });
  } catch (error) {
    failed((error as NodeJS.ErrnoException).code ?? 'EUNKNOWN', (error as Error).message);
    return;
  }
  program.on('spawn', () => {
    agentTell(state, { type: 'started' });
    if (config.readyPorts.length > 0) agentAwaitPorts(state, config, 5, '');
  });
  program.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? 'EUNKNOWN', error.message));
  program.on('exit', (code, signal) => {
    state.running = false;
    if (config.exitFd !== null) state.node.keepExit(state.node.fs, config.exitFd, code, signal);
    agentTell(state, { type: 'exited', code, signal });
  });
}

/** Tells what the sandbox is like from inside. Nothing is started in one that shares with the host what it must not. */
function agentIsShared(state: AgentState, { host }: AgentConfig): boolean {
  if (host === null) return false;
  const measured = state.node.measure(state.node.fs, host);
  agentTell(state, { type: 'measured', measured });
  return measured.apart.length < Object.keys(host).length;
}

/** The prefix would report a missing program in words of its own, and later. */
function agentCannotRun(state: AgentState, config: AgentConfig): string | undefined {
  const { fs, path } = state.node;
  const name = config.argv[0] ?? '';
  const places = name.includes('/')
    ? [path.resolve(config.cwd, name)]
    : (config.env['PATH'] ?? '').split(':').map((folder) => path.join(folder, name));
  let code = 'ENOENT';
  for (const place of places) {
    try {
      fs.accessSync(place, fs.constants.X_OK);
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') code = (error as NodeJS.ErrnoException).code ?? code;
    }
  }
  return code;
}

/** A connection is held until the port opens for the first time. Later a closed port closes it at once. */
function agentDial(state: AgentState, client: Net.Socket, port: number): void {
  const attempt = (host: string, otherwise: () => void): void =>
    state.node.joinTo(state.node.net, client, { host, port }, otherwise, () => state.opened.add(port));
  const refused = (): void => {
    if (client.destroyed) return;
    if (!state.running || state.opened.has(port)) client.destroy();
    else setTimeout(() => agentDial(state, client, port), 5);
  };
  attempt('127.0.0.1', () => attempt('::1', refused));
}

/**
 * A socket that nobody listens on belongs to a provider that is not started yet or starts again: the connection is held. One that
 * is not there belongs to nobody any more.
 */
function agentDialSlot(state: AgentState, client: Net.Socket, path: string, until: number): void {
  if (client.destroyed) return;
  try {
    if (!state.node.fs.lstatSync(path).isSocket()) throw new Error('no socket');
  } catch {
    client.destroy();
    return;
  }
  state.node.joinTo(state.node.net, client, { path }, ({ code }) => {
    const waits = code === 'ECONNREFUSED' || code === 'EAGAIN';
    if (waits && performance.now() < until) setTimeout(() => agentDialSlot(state, client, path, until), 10);
    else client.destroy();
  });
}

function agentServeSlot(state: AgentState, slot: AgentConfig['slots'][number], holdMs: number): void {
  for (const host of ['127.0.0.1', '::1', ...(slot.address === null ? [] : [slot.address])]) {
    const server = state.node.net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      client.on('error', () => client.destroy());
      agentDialSlot(state, client, slot.socket, performance.now() + holdMs);
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      const message = `port ${slot.port}, which stands for slot \`${slot.name}\`, is taken`;
      if (error.code === 'EADDRINUSE' && host !== '::1')
        agentTell(state, { type: 'failed', code: 'EADDRINUSE', message });
    });
    server.listen({ host, port: slot.port });
  }
}

/**
 * Everything in the sandbox but its init and this agent; without a pid namespace, what is marked. Parents first: a shell that hears
 * of the end of its child before its own goes on with what comes next. (`readdir` sorts by text.)
 */
function agentOthers({ marker, node }: AgentState): readonly number[] {
  const own = new Set([1, process.pid]);
  const pids = agentList(node, '/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .sort((a, b) => a - b)
    .filter((pid) => !own.has(pid));
  if (marker === null) return pids;
  return pids.filter((pid) => {
    try {
      return `\0${node.fs.readFileSync(`/proc/${pid}/environ`, 'latin1')}`.includes(`\0${marker}\0`);
    } catch {
      // Gone, or another user's.
      return false;
    }
  });
}

function agentSignal(state: AgentState, signal: NodeJS.Signals): number {
  const pids = agentOthers(state);
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
  const until = performance.now() + graceMs;
  const everyMs = state.marker === null ? 5 : 50;
  const look = (): void => {
    const late = performance.now() >= until;
    const left = late ? agentSignal(state, 'SIGKILL') : agentOthers(state).length;
    if (left === 0 && !state.running) state.control.write('\n', () => agentEnd(state));
    else setTimeout(look, everyMs);
  };
  agentSignal(state, 'SIGTERM');
  look();
}

/** Asks the kernel and not the program, which may count connections or take one alone. */
function agentAwaitPorts(state: AgentState, config: AgentConfig, pauseMs: number, told: string): void {
  if (!state.running) return;
  const open = new Set<number>();
  for (const file of ['tcp', 'tcp6']) {
    let text = '';
    try {
      text = state.node.fs.readFileSync(`/proc/self/net/${file}`, 'latin1');
    } catch {
      // No IPv6 here.
    }
    for (const line of text.split('\n')) {
      const [, address = '', port = ''] =
        /^\s*\d+: ([0-9A-F]+):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} 0A /.exec(line) ?? [];
      // Any address, or loopback, of both families; words are in the byte order of the machine.
      const own = /^(0{8}|0{32}|(0{16}(FFFF0000|0000FFFF))?(0{8}|0100007F|7F000001)|0{24}01000000|0{31}1)$/;
      if (own.test(address)) open.add(Number.parseInt(port, 16));
    }
  }
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

function agentWatch(state: AgentState, limit: NonNullable<AgentConfig['watch']>): void {
  const { node } = state;
  const over = (what: 'processes' | 'memory', value: number): void => {
    state.control.write(`${JSON.stringify({ type: 'limit', what, value })}\n`, () => agentEnd(state));
  };
  let round = 0;
  const look = (): void => {
    const pids = agentList(node, '/proc').filter((name) => /^\d+$/.test(name));
    // The sandbox's own init and this agent come on top.
    if (pids.length - 2 > limit.processes) {
      over('processes', pids.length - 2);
      return;
    }
    if (round++ % 2 === 0) {
      let pages = 0;
      for (const pid of pids) {
        if (Number(pid) === process.pid) continue;
        try {
          pages += Number(node.fs.readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
        } catch {
          // Gone.
        }
      }
      if (pages * 4096 > limit.bytes) {
        over('memory', pages * 4096);
        return;
      }
    }
    setTimeout(look, limit.everyMs);
  };
  setTimeout(look, limit.everyMs);
}

/** The script itself. */
export const agentSource: string = [
  ...[
    agentMain,
    agentTell,
    agentList,
    agentBegin,
    agentCloseInherited,
    agentRun,
    agentIsShared,
    agentCannotRun,
    agentDial,
    agentDialSlot,
    agentServeSlot,
    agentOthers,
    agentSignal,
    agentEnd,
    agentTerminate,
    agentAwaitPorts,
    agentWatch,
  ].map(String),
  ...joinSource,
  ...measureSource,
  "agentMain({ net: require('node:net'), fs: require('node:fs'), path: require('node:path'), child: require('node:child_process'), joinTo, measure: measureSandbox, keepExit });",
].join('\n');
