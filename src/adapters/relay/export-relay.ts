/** An export on the loopback of this machine: bytes to the socket of its edge and back. */
import { lstatSync } from 'node:fs';
import * as net from 'node:net';
import { edgeHoldMs } from '../sandbox/edge-socket.ts';
import { joinTo } from '../sandbox/join.ts';
import { type Connections, closing, listening, type Relay, trackConnections } from './relay.ts';

export interface ExportRelayOptions {
  /** Of the edge. */
  readonly path: string;
  /** Any free one unless given. */
  readonly port?: number;
  /** Listens on ::1 too, at the same port. */
  readonly ipv6?: boolean;
  /** For a provider that is not started yet, or starts again. */
  readonly holdMs?: number;
}

export interface ExportRelay extends Relay {
  readonly port: number;
}

/** Rejects when the port is taken. */
export async function openExportRelay(options: ExportRelayOptions): Promise<ExportRelay> {
  const connections = trackConnections();
  const serve = (client: net.Socket): void => {
    connections.add(client);
    client.on('error', () => client.destroy());
    dial(client, options.path, performance.now() + (options.holdMs ?? edgeHoldMs), connections);
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
function dial(client: net.Socket, path: string, until: number, connections: Connections): void {
  if (client.destroyed) return;
  if (!isSocket(path)) {
    client.destroy();
    return;
  }
  const failed = ({ code }: NodeJS.ErrnoException): void => {
    const waits = code === 'ECONNREFUSED' || code === 'EAGAIN';
    if (waits && performance.now() < until) setTimeout(() => dial(client, path, until, connections), 10);
    else client.destroy();
  };
  joinTo(net, client, { path }, failed, (ends) => connections.add(...ends));
}

function isSocket(path: string): boolean {
  try {
    return lstatSync(path).isSocket();
  } catch {
    return false;
  }
}
