/** An export on the loopback of this machine: bytes to the socket of its edge and back. */
import { lstatSync } from 'node:fs';
import * as net from 'node:net';
import { type ConnectionBounds, connectionBounds } from '../sandbox/connections.ts';
import { edgeHoldMs } from '../sandbox/edge-socket.ts';
import { joinTo } from '../sandbox/join.ts';
import { awaitHead, type FirstHead } from './first-head.ts';
import { closing, listening, type Relay, trackConnections } from './relay.ts';

export interface ExportRelayOptions {
  /** Of the edge. */
  readonly path: string;
  /** Any free one unless given. */
  readonly port?: number;
  /** Listens on ::1 too, at the same port. */
  readonly ipv6?: boolean;
  /** For a provider that is not started yet, or starts again. */
  readonly holdMs?: number;
  /** HTTP without TLS is spoken here: a request has to begin in time. */
  readonly http?: boolean;
  /** Those of every relay unless given. */
  readonly bounds?: Partial<ConnectionBounds>;
}

export interface ExportRelay extends Relay {
  readonly port: number;
}

/** Rejects when the port is taken. */
export async function openExportRelay(options: ExportRelayOptions): Promise<ExportRelay> {
  const bounds = { ...connectionBounds, ...options.bounds };
  const connections = trackConnections(bounds);
  const serve = (client: net.Socket): void => {
    const entered = connections.enter(client);
    if (!entered) return;
    const ends = [client];
    const head = options.http ? awaitHead(bounds.headMs, () => ends.at(-1)?.destroy()) : undefined;
    client.once('close', () => {
      if (ends.length === 1) head?.forget();
    });
    const joined = ([near, ...far]: readonly net.Socket[]): void => {
      if (!near) return;
      ends.push(near);
      near.once('close', () => head?.forget());
      entered([near, ...far]);
    };
    const until = performance.now() + (options.holdMs ?? edgeHoldMs);
    dial(client, options.path, until, joined, head?.see);
  };
  const open = async (host: string, port: number): Promise<net.Server> => {
    const server = net.createServer({ allowHalfOpen: true, pauseOnConnect: true }, serve);
    await listening(server, { host, port });
    return server;
  };
  const first = await open('127.0.0.1', options.port ?? 0);
  const servers = [first];
  const { port } = first.address() as net.AddressInfo;
  const close = async (): Promise<void> => {
    await Promise.all(servers.map((server) => closing(server, connections)));
  };
  if (options.ipv6) {
    try {
      servers.push(await open('::1', port));
    } catch (error) {
      await close();
      throw error;
    }
  }
  return { port, close };
}

/** A link in place of the socket would lead to somebody else's. */
function dial(
  client: net.Socket,
  path: string,
  until: number,
  joined: (ends: readonly net.Socket[]) => void,
  seen: FirstHead['see'] | undefined,
): void {
  if (client.destroyed) return;
  if (!isSocket(path)) {
    client.destroy();
    return;
  }
  const failed = ({ code }: NodeJS.ErrnoException): void => {
    const waits = code === 'ECONNREFUSED' || code === 'EAGAIN';
    if (waits && performance.now() < until) setTimeout(() => dial(client, path, until, joined, seen), 10);
    else client.destroy();
  };
  joinTo(net, client, { path }, failed, joined, seen);
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}
