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
import type { AgentConfig, AgentMessage } from './agent-protocol.ts';

interface Node {
  readonly net: typeof Net;
  readonly fs: typeof Fs;
  readonly path: typeof Path;
  readonly child: typeof ChildProcess;
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
    if (begun) return;
    text += chunk;
    const end = text.indexOf('\n');
    if (end < 0) return;
    begun = true;
    agentBegin(state, JSON.parse(text.slice(0, end)) as AgentConfig);
  });
  control.on('error', () => agentEnd(state));
  control.on('close', () => agentEnd(state));
  control.on('end', () => agentEnd(state));
  agentTell(state, { type: 'hello' });
}

function agentTell(state: AgentState, message: AgentMessage): void {
  state.control.write(`${JSON.stringify(message)}\n`);
}

function agentList(state: AgentState, path: string): readonly string[] {
  try {
    return state.node.fs.readdirSync(path);
  } catch {
    return [];
  }
}

/** The host's pid namespace has no end that takes everything along, so marked processes are looked for until there is none. */
function agentEnd(state: AgentState): void {
  const { marker, node } = state;
  if (marker === null) process.exit(0);
  for (let round = 0; round < 5; round++) {
    let found = 0;
    for (const name of agentList(state, '/proc')) {
      if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
      try {
        if (!`\0${node.fs.readFileSync(`/proc/${name}/environ`, 'latin1')}`.includes(`\0${marker}\0`)) continue;
        process.kill(Number(name), 'SIGKILL');
        found++;
      } catch {
        // Gone, or another user's.
      }
    }
    if (found === 0) break;
  }
  process.kill(-process.pid, 'SIGKILL');
}

function agentBegin(state: AgentState, config: AgentConfig): void {
  state.marker = config.marker;
  agentCloseInherited(state, new Set([3, ...config.provides.map((provide) => provide.fd)]));
  for (const { fd, port } of config.provides) {
    const server = state.node.net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      client.on('error', () => client.destroy());
      agentDial(state, client, port);
    });
    server.listen({ fd });
  }
  for (const slot of config.slots) agentServeSlot(state, slot);
  agentRun(state, config);
  if (config.watch !== null) agentWatch(state, config.watch);
}

/** Descriptors that the host itself inherited from whoever started it have no close-on-exec flag, and would reach the program. */
function agentCloseInherited(state: AgentState, known: ReadonlySet<number>): void {
  const { fs } = state.node;
  for (const name of agentList(state, '/proc/self/fd')) {
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

/** A connection is held until the port opens for the first time. Later a closed port closes it at once. */
function agentDial(state: AgentState, client: Net.Socket, port: number): void {
  const attempt = (host: string, otherwise: () => void): void => {
    const upstream = state.node.net.connect({ host, port, allowHalfOpen: true });
    upstream.once('error', otherwise);
    upstream.once('connect', () => {
      upstream.off('error', otherwise);
      state.opened.add(port);
      agentJoin(client, upstream);
    });
  };
  const refused = (): void => {
    if (client.destroyed) return;
    if (!state.running || state.opened.has(port)) client.destroy();
    else setTimeout(() => agentDial(state, client, port), 5);
  };
  attempt('127.0.0.1', () => attempt('::1', refused));
}

/** Bytes both ways, half-closes kept; an error of one end ends both. */
function agentJoin(a: Net.Socket, b: Net.Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.on('error', () => to.destroy());
    from.on('close', () => {
      if (!from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
}

function agentServeSlot(state: AgentState, slot: AgentConfig['slots'][number]): void {
  const { net, fs } = state.node;
  const serve = (client: Net.Socket): void => {
    client.on('error', () => client.destroy());
    try {
      if (!fs.lstatSync(slot.socket).isSocket()) throw new Error('no socket');
    } catch {
      client.destroy();
      return;
    }
    const upstream = net.connect({ path: slot.socket, allowHalfOpen: true });
    upstream.once('error', () => client.destroy());
    upstream.once('connect', () => agentJoin(client, upstream));
  };
  for (const host of ['127.0.0.1', '::1']) {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, serve);
    server.on('error', (error: NodeJS.ErrnoException) => {
      const message = `port ${slot.port}, which stands for slot \`${slot.name}\`, is taken`;
      if (error.code === 'EADDRINUSE' && host === '127.0.0.1')
        agentTell(state, { type: 'failed', code: 'EADDRINUSE', message });
    });
    server.listen({ host, port: slot.port });
  }
}

function agentRun(state: AgentState, config: AgentConfig): void {
  const [command = '', ...args] = [...config.prefix, ...config.argv];
  const fault = agentCannotRun(state, config);
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
  program.on('spawn', () => agentTell(state, { type: 'started' }));
  program.on('error', (error: NodeJS.ErrnoException) => failed(error.code ?? 'EUNKNOWN', error.message));
  program.on('exit', (code, signal) => {
    state.running = false;
    agentTell(state, { type: 'exited', code, signal });
  });
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

function agentWatch(state: AgentState, limit: { readonly processes: number; readonly bytes: number }): void {
  const { fs } = state.node;
  const over = (what: 'processes' | 'memory', value: number): void => {
    state.control.write(`${JSON.stringify({ type: 'limit', what, value })}\n`, () => agentEnd(state));
  };
  let round = 0;
  const look = (): void => {
    const pids = agentList(state, '/proc').filter((name) => /^\d+$/.test(name));
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
          pages += Number(fs.readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ')[1]);
        } catch {
          // Gone.
        }
      }
      if (pages * 4096 > limit.bytes) {
        over('memory', pages * 4096);
        return;
      }
    }
    setTimeout(look, 50);
  };
  setTimeout(look, 50);
}

/** The script itself. */
export const agentSource: string = [
  ...[
    agentMain,
    agentTell,
    agentList,
    agentEnd,
    agentBegin,
    agentCloseInherited,
    agentDial,
    agentJoin,
    agentServeSlot,
    agentRun,
    agentCannotRun,
    agentWatch,
  ].map(String),
  "agentMain({ net: require('node:net'), fs: require('node:fs'), path: require('node:path'), child: require('node:child_process') });",
].join('\n');
