/** What a program in one sandbox tries, to reach what it was not given. */

import { createSocket, type Socket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { elsewhere, ownAddresses, place, world } from './probes.ts';

/** Where one can be asked, and what belongs to it. */
export interface Sandbox {
  readonly moniker: string;
  /** Answers `/probe?target=…` from inside. */
  readonly at: string;
  readonly ports: readonly number[];
}

export interface Bait {
  readonly port: number;
  readonly abstract: string;
  readonly path: string;
  /** How often one of them was reached. */
  readonly reached: () => number;
  readonly close: () => Promise<void>;
}

/** Listeners of the host that would answer anybody: TCP and UDP on every address of both families, an abstract and a named socket. */
export async function layBait(): Promise<Bait> {
  let reached = 0;
  const folder = mkdtempSync('/tmp/headgate-bait-');
  const abstract = `headgate-bait-${process.pid}`;
  const path = join(folder, 'socket');
  const listen = (where: object | string): Promise<Server> =>
    new Promise((done, fail) => {
      const server = createServer((socket) => {
        reached++;
        socket.end('host');
      });
      server.on('error', fail);
      server.listen(where as object, () => done(server));
    });
  const first = await listen({ host: '::', port: 0 });
  const { port } = first.address() as { port: number };
  const servers = [first, await listen(`\0${abstract}`), await listen(path)];
  const udp = await new Promise<Socket>((done) => {
    const socket = createSocket('udp6', (_, from) => {
      reached++;
      socket.send('host', from.port, from.address);
    });
    socket.bind(port, '::', () => done(socket));
  });
  const close = async (): Promise<void> => {
    for (const server of servers) await new Promise((done) => server.close(done));
    await new Promise<void>((done) => udp.close(done));
    rmSync(folder, { recursive: true, force: true });
  };
  return { port, abstract, path, reached: () => reached, close };
}

export interface Surroundings {
  readonly bait: Bait;
  /** Ports that programs of the run listen on, and those of exports on the host. */
  readonly ports: readonly number[];
  readonly exportPorts: readonly number[];
  /** Named and abstract sockets that the run has on the host. */
  readonly sockets: readonly string[];
  /** Monikers, as somebody may guess names from them. */
  readonly monikers: readonly string[];
  /** Files and folders of the run on the host. */
  readonly files: readonly string[];
}

/** Each of them must be refused. */
export function attacksOn({ ports }: Sandbox, around: Surroundings): readonly string[] {
  const loopback = ['127.0.0.1', '127.0.0.2', '::1', '::ffff:127.0.0.1'];
  const others = [...ownAddresses(), ...elsewhere, '::ffff:10.0.2.2'];
  const foreign = [...new Set([...around.ports, ...around.exportPorts, around.bait.port])];
  const names = around.monikers.map((moniker) => moniker.slice(1)).filter((name) => name !== '');
  return [
    ...foreign.filter((port) => !ports.includes(port)).flatMap((port) => loopback.map((host) => tcp(host, port))),
    ...foreign.flatMap((port) => others.map((host) => tcp(host, port))),
    ...['127.0.0.1', '::1', ...ownAddresses(), '10.0.2.2'].map((host) => `udp:${place(host, around.bait.port)}`),
    `abstract:${around.bait.abstract}`,
    `unix:${around.bait.path}`,
    ...around.sockets.map((name) => (name.startsWith('@') ? `abstract:${name.slice(1)}` : `unix:${name}`)),
    ...['/run/docker.sock', '/var/run/docker.sock', '/run/dbus/system_bus_socket'].map((path) => `unix:${path}`),
    ...names.flatMap((name) => [`dns:${name}`, `dns:${name}.internal`]),
    ...['host.docker.internal', 'host.containers.internal', 'gateway'].map((name) => `dns:${name}`),
    ...around.files.flatMap((path) => [`read:${path}`, `read:/proc/1/root${path}`]),
    ...[
      '/proc/1/root/etc/shadow',
      '/proc/1/cwd/../etc/shadow',
      '/etc/shadow',
      '/proc/kcore',
      '/sys/kernel/security',
    ].map((path) => `read:${path}`),
    ...['/run/headgate/edges/0/x', '/etc/x', '/usr/x', '/x'].map((path) => `write:${path}`),
    ...['/run/headgate/edges/0/x', '/run/headgate/edges/0/s', '/etc/x'].map((path) => `link:${path}`),
    ...world,
  ];
}

const tcp = (host: string, port: number): string => `tcp:${place(host, port)}`;
