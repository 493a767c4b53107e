/** Ports of the loopback of this machine for exports: those that were asked for, and free ones for the others. */

import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

export async function freePorts(
  names: readonly string[],
  given: Readonly<Record<string, number>>,
): Promise<Readonly<Record<string, number>>> {
  // All at once, so that none is found twice.
  const found = await Promise.all(
    names.map(async (name) => [name, given[name] === undefined ? await held() : undefined] as const),
  );
  const ports = found.map(([name, one]) => [name, one?.port ?? given[name] ?? 0] as const);
  await Promise.all(found.map(([, one]) => one?.release()));
  return Object.fromEntries(ports);
}

const held = (): Promise<{ readonly port: number; readonly release: () => Promise<void> }> =>
  new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      done({ port, release: () => new Promise((closed) => server.close(() => closed())) });
    });
  });
