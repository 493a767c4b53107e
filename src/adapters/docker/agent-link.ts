/** The host's end of what it and the agent of a container say to each other. */
import type { Socket } from 'node:net';
import { deferred } from '../../base/deferred.ts';
import type { Attempt } from '../sandbox/agent/attempts.ts';
import type { PortsHeard } from '../sandbox/agent/protocol.ts';
import { connectionBounds } from '../sandbox/connections.ts';
import { edgeHoldMs } from '../sandbox/edge-socket.ts';
import type { EdgeAgentCommand, EdgeAgentConfig, EdgeAgentMessage } from './agent/protocol.ts';
import { readAttached } from './attached.ts';
import { provideFolder, slotFolder } from './bodies.ts';
import type { ContainerSpec } from './spec.ts';

export type Joined = Pick<
  Extract<EdgeAgentMessage, { readonly type: 'joined' }>,
  'status' | 'namespaces' | 'interfaces'
>;

export interface AgentLink {
  /** Every slot can be reached, and nothing else of the program's network is there; words instead for why not. */
  readonly joined: Promise<Joined | { readonly fault: string }>;
  readonly ready: Promise<void>;
  /** Nothing joins the program to its edges any more. */
  readonly gone: Promise<void>;
  readonly ports: () => PortsHeard | undefined;
  readonly tell: (command: EdgeAgentCommand) => void;
  /** Undefined where nobody could try. */
  readonly tries: (attempts: readonly Attempt[]) => Promise<readonly string[] | undefined>;
  readonly close: () => void;
}

/** A line of an agent is no longer than this, or makes no sense. */
const mostBytes = 4 * 1024 * 1024;
const mostAtOnce = 500;
const patienceMs = 30_000;

export function linkAgent(socket: Socket, spec: Pick<ContainerSpec, 'slots' | 'provides' | 'readyPorts'>): AgentLink {
  const joined = deferred<Joined | { readonly fault: string }>();
  const ready = deferred<void>();
  const gone = deferred<void>();
  const waiting = new Map<number, (results: readonly string[] | undefined) => void>();
  let heard: PortsHeard | undefined;
  let count = 0;
  let text = '';
  let said = '';
  let isGone = false;
  const hear = (message: EdgeAgentMessage): void => {
    if (message.type === 'joined') joined.resolve(message);
    else if (message.type === 'failed') joined.resolve({ fault: message.message });
    else if (message.type === 'ready') ready.resolve();
    else if (message.type === 'listening') heard = { missing: message.missing, others: message.others };
    else if (message.type === 'tried') {
      waiting.get(message.id)?.(message.results);
      waiting.delete(message.id);
    }
  };
  readAttached(
    socket,
    (stream, chunk) => {
      if (stream === 'stderr') {
        said = (said + chunk.toString()).slice(-2_000);
        return;
      }
      const lines = (text + chunk.toString()).split('\n');
      text = lines.pop() ?? '';
      if (text.length > mostBytes) socket.destroy();
      for (const line of lines) {
        try {
          hear(JSON.parse(line) as EdgeAgentMessage);
        } catch {
          socket.destroy();
        }
      }
    },
    () => {
      isGone = true;
      clearTimeout(late);
      const why = said.trim().split('\n').at(-1) ?? '';
      joined.resolve({ fault: `what joins it to its edges has ended${why === '' ? '' : `: ${why}`}` });
      for (const done of waiting.values()) done(undefined);
      waiting.clear();
      gone.resolve();
    },
  );
  const late = setTimeout(() => joined.resolve({ fault: 'what joins it to its edges does not come up' }), patienceMs);
  void joined.promise.then(() => clearTimeout(late));
  const tell = (command: EdgeAgentCommand | EdgeAgentConfig): void => void socket.write(`${JSON.stringify(command)}\n`);
  tell({
    provides: spec.provides.map(({ port }, at) => ({ folder: provideFolder(at), port })),
    slots: spec.slots.map(({ name, address, port }, at) => ({ name, address, port, socket: `${slotFolder(at)}/s` })),
    holdMs: edgeHoldMs,
    connections: { perEdge: connectionBounds.perEdge, perComponent: connectionBounds.perComponent },
    readyPorts: spec.readyPorts,
  });
  const slots = spec.slots.map(({ port }) => port);
  const some = (attempts: readonly Attempt[]): Promise<readonly string[] | undefined> =>
    new Promise((done) => {
      if (isGone) return done(undefined);
      const id = count++;
      waiting.set(id, (results) => done(results?.length === attempts.length ? results : undefined));
      tell({ type: 'try', id, attempts, slots });
    });
  return {
    joined: joined.promise,
    ready: ready.promise,
    gone: gone.promise,
    ports: () => heard,
    tell,
    tries: async (attempts) => {
      const results: string[] = [];
      for (let at = 0; at < attempts.length; at += mostAtOnce) {
        const answered = await some(attempts.slice(at, at + mostAtOnce));
        if (!answered) return undefined;
        results.push(...answered);
      }
      return results;
    },
    close: () => socket.destroy(),
  };
}
