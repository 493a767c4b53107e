/**
 * The edges of a sandbox, as its agent carries them. These functions run as text in every agent (see agent.ts): they call each other
 * and what they are given.
 */
import type * as Fs from 'node:fs';
import type * as Net from 'node:net';
import type { enter, Gauge } from '../connections.ts';
import type { joinTo } from '../join.ts';
import type { AgentConfig } from './protocol.ts';

export interface EdgeState {
  readonly node: {
    readonly net: typeof Net;
    readonly fs: typeof Fs;
    readonly joinTo: typeof joinTo;
    readonly enter: typeof enter;
  };
  /** The program. */
  readonly running: boolean;
  /** Ports of the program that were open once. */
  readonly opened: Set<number>;
  /** Connections of the whole component, and how many each edge may have. */
  readonly all: Gauge;
  perEdge: number;
}

type Joined = (ends: readonly Net.Socket[]) => void;

export function edgeProvide(state: EdgeState, { fd, port }: AgentConfig['provides'][number]): void {
  edgeServer(state, port).listen({ fd });
}

/** Where no descriptor can be handed over: listens in the folder of the edge, under the name that consumers know as soon as it does. */
export function edgeProvideIn(state: EdgeState, folder: string, port: number): void {
  const { fs } = state.node;
  fs.rmSync(`${folder}/b`, { force: true });
  edgeServer(state, port).listen(`${folder}/b`, () => fs.renameSync(`${folder}/b`, `${folder}/s`));
}

function edgeServer(state: EdgeState, port: number): Net.Server {
  const own = { open: 0, most: state.perEdge };
  return state.node.net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
    client.on('error', () => client.destroy());
    const joined = state.node.enter([own, state.all], client);
    if (joined) edgeDialPort(state, client, port, joined);
  });
}

/** A connection is held until the port opens for the first time. Later a closed port closes it at once. */
function edgeDialPort(state: EdgeState, client: Net.Socket, port: number, joined: Joined): void {
  const connected: Joined = (ends) => {
    state.opened.add(port);
    joined(ends);
  };
  const attempt = (host: string, otherwise: () => void): void =>
    state.node.joinTo(state.node.net, client, { host, port }, otherwise, connected);
  const refused = (): void => {
    if (client.destroyed) return;
    if (!state.running || state.opened.has(port)) client.destroy();
    else setTimeout(() => edgeDialPort(state, client, port, joined), 5);
  };
  attempt('127.0.0.1', () => attempt('::1', refused));
}

/**
 * A socket that nobody listens on belongs to a provider that is not started yet or starts again: the connection is held. One that
 * is not there belongs to nobody any more.
 */
function edgeDialSlot(state: EdgeState, client: Net.Socket, path: string, until: number, joined: Joined): void {
  if (client.destroyed) return;
  try {
    if (!state.node.fs.lstatSync(path).isSocket()) throw new Error('no socket');
  } catch {
    client.destroy();
    return;
  }
  const failed = ({ code }: NodeJS.ErrnoException): void => {
    const waits = code === 'ECONNREFUSED' || code === 'EAGAIN';
    if (waits && performance.now() < until) setTimeout(() => edgeDialSlot(state, client, path, until, joined), 10);
    else client.destroy();
  };
  state.node.joinTo(state.node.net, client, { path }, failed, joined);
}

/** `taken` is told when the port cannot be had. */
export function edgeServeSlot(
  state: EdgeState,
  slot: AgentConfig['slots'][number],
  holdMs: number,
  taken: (message: string) => void,
): void {
  const own = { open: 0, most: state.perEdge };
  for (const host of ['127.0.0.1', '::1', ...(slot.address === null ? [] : [slot.address])]) {
    const server = state.node.net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, (client) => {
      client.on('error', () => client.destroy());
      const joined = state.node.enter([own, state.all], client);
      if (joined) edgeDialSlot(state, client, slot.socket, performance.now() + holdMs, joined);
    });
    server.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' && host !== '::1')
        taken(`port ${slot.port}, which stands for slot \`${slot.name}\`, is taken`);
    });
    server.listen({ host, port: slot.port });
  }
}

/** What a script needs to call these. */
export const edgesSource: readonly string[] = [
  edgeProvide,
  edgeProvideIn,
  edgeServer,
  edgeDialPort,
  edgeDialSlot,
  edgeServeSlot,
].map(String);
