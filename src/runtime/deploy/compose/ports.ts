/** Ports of the loopback of this machine for exports: those that were asked for, and free ones for the others. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import type { Blocked } from '../../../ir/blocked.ts';
import { portTaken } from '../../environments/local/ways.ts';

export async function freePorts(
  names: readonly string[],
  given: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, number>>> {
  // All at once, so that none is found twice.
  const found = await Promise.all(
    names.map(async (name) => [name, given[name] === undefined ? await hold() : undefined] as const),
  );
  const ports = found.map(([name, one]) => [name, one?.port ?? given[name] ?? 0] as const);
  await Promise.all(found.map(([, one]) => one?.release()));
  return Object.fromEntries(ports);
}

/** Of what was asked for: what cannot be had, also because another export has it. Before anything is done, since whoever publishes them says so late. */
export async function takenPorts(given: Readonly<Record<string, number>>): Promise<readonly Blocked[]> {
  const blocked: Blocked[] = [];
  const held: Held[] = [];
  for (const [name, port] of Object.entries(given))
    try {
      held.push(await hold(port));
    } catch (error) {
      blocked.push(portTaken(name, port, error as NodeJS.ErrnoException));
    }
  await Promise.all(held.map(({ release }) => release()));
  return blocked;
}

interface Held {
  readonly port: number;
  readonly release: () => Promise<void>;
}

/** Any port that is free, unless told. */
const hold = (wanted = 0): Promise<Held> =>
  new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(wanted, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      done({ port, release: () => new Promise((closed) => server.close(() => closed())) });
    });
  });
