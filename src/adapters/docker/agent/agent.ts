/**
 * The agent of a container: it runs in a container of its own that has the loopback in common with that of the program, and nothing else, and
 * joins the program's ports to the edges. It ends when the host goes away. It runs as one plain script made of the texts of the functions below,
 * as the agent of a sandbox does (see sandbox/agent/agent.ts).
 */
import type * as Fs from 'node:fs';
import type * as Net from 'node:net';
import type * as Os from 'node:os';
import { attemptAll } from '../../sandbox/agent/attempts.ts';
import { type EdgeState, edgeProvideIn, edgeServeSlot, edgesSource } from '../../sandbox/agent/edges.ts';
import { listeningPorts } from '../../sandbox/agent/program.ts';
import { enter, enterSource } from '../../sandbox/connections.ts';
import { joinSource, joinTo } from '../../sandbox/join.ts';
import type { EdgeAgentCommand, EdgeAgentConfig, EdgeAgentMessage } from './protocol.ts';

/** Functions of other files, which the script finds under whatever names a bundler gave them. */
const parts = { joinTo, enter, edgeProvideIn, edgeServeSlot, listeningPorts, attemptAll };

interface State extends EdgeState {
  readonly node: typeof parts & { readonly net: typeof Net; readonly fs: typeof Fs; readonly os: typeof Os };
  running: boolean;
  config: EdgeAgentConfig | null;
}

function edgeAgentMain(node: State['node']): void {
  const state: State = {
    node,
    config: null,
    running: true,
    opened: new Set(),
    all: { open: 0, most: 0 },
    perEdge: 0,
  };
  let text = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (chunk: string) => {
    const lines = (text + chunk).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      if (state.config === null) edgeAgentJoin(state, JSON.parse(line) as EdgeAgentConfig);
      else edgeAgentObey(state, state.config, JSON.parse(line) as EdgeAgentCommand);
    }
  });
  for (const over of ['end', 'close', 'error']) process.stdin.on(over, () => process.exit(0));
  process.on('SIGTERM', () => process.exit(0));
}

function edgeAgentTell(message: EdgeAgentMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

function edgeAgentJoin(state: State, config: EdgeAgentConfig): void {
  state.config = config;
  state.all.most = config.connections.perComponent;
  state.perEdge = config.connections.perEdge;
  for (const { folder, port } of config.provides) state.node.edgeProvideIn(state, folder, port);
  const taken = (message: string): void => edgeAgentTell({ type: 'failed', message });
  for (const slot of config.slots) state.node.edgeServeSlot(state, slot, config.holdMs, taken);
  const { fs, os } = state.node;
  const look = (): void => {
    const open = state.node.listeningPorts(fs);
    const isProvided = config.provides.every(({ folder }) => !fs.existsSync(`${folder}/b`));
    if (!isProvided || config.slots.some(({ port }) => !open.has(port))) {
      setTimeout(look, 2);
      return;
    }
    const status = fs.readFileSync('/proc/self/status', 'latin1');
    const namespaces = Object.fromEntries(
      ['ipc', 'mnt', 'net', 'pid', 'uts'].map((name) => [name, fs.readlinkSync(`/proc/self/ns/${name}`)]),
    );
    edgeAgentTell({ type: 'joined', status, namespaces, interfaces: Object.keys(os.networkInterfaces()) });
  };
  look();
}

function edgeAgentObey(state: State, config: EdgeAgentConfig, command: EdgeAgentCommand): void {
  if (command.type === 'watch') edgeAgentAwait(state, config, 5, '');
  else if (command.type === 'over') state.running = false;
  else
    state.node.attemptAll(state.node.net, state.node.fs, command.attempts, command.slots, (results) =>
      edgeAgentTell({ type: 'tried', id: command.id, results }),
    );
}

function edgeAgentAwait(state: State, config: EdgeAgentConfig, pauseMs: number, told: string): void {
  if (!state.running) return;
  const open = state.node.listeningPorts(state.node.fs);
  const missing = config.readyPorts.filter((port) => !open.has(port)).slice(0, 8);
  if (missing.length === 0) {
    edgeAgentTell({ type: 'ready' });
    return;
  }
  const asked = new Set([...config.readyPorts, ...config.slots.map(({ port }) => port)]);
  const others = [...open].filter((port) => !asked.has(port)).slice(0, 8);
  const now = [...missing, '', ...others].join();
  if (now !== told) edgeAgentTell({ type: 'listening', missing, others });
  setTimeout(() => edgeAgentAwait(state, config, Math.min(50, pauseMs * 1.2), now), pauseMs);
}

/** The script itself. */
export const edgeAgentSource: string = [
  ...[edgeAgentMain, edgeAgentTell, edgeAgentJoin, edgeAgentObey, edgeAgentAwait].map(String),
  ...joinSource,
  ...enterSource,
  ...edgesSource,
  String(listeningPorts),
  String(attemptAll),
  "const modules = { fs: require('node:fs'), net: require('node:net'), os: require('node:os') };",
  `Object.assign(modules, { ${Object.entries(parts)
    .map(([key, part]) => `${key}: ${part.name}`)
    .join(', ')} });`,
  `${edgeAgentMain.name}(modules);`,
].join('\n');
