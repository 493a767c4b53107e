/** An edge on this machine: a unix socket in a folder of its own. */
import { renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { makeFolder } from './private-folder.ts';

/** What the consumer is given. */
export interface EdgeFolder {
  /** Bound read-only into the sandbox of the consumer, where the socket is `s`. */
  readonly folder: string;
  /** Where the host connects. */
  readonly path: string;
}

export interface EdgeSocket extends EdgeFolder {
  /**
   * Listens under the same name, in place of an earlier listener. The descriptor is for the provider's agent; the host closes its
   * own as soon as the agent was started, and lets nothing happen before. Throws when the system has no descriptor left.
   */
  readonly listen: () => { readonly fd: number; readonly close: () => void };
  /**
   * The provider has ended for good: whoever connects from now on is refused at once. Until then a consumer that finds nobody
   * listening is held for `edgeHoldMs`. Another `listen` opens the edge again.
   */
  readonly release: () => void;
}

/** How long a consumer waits for a provider that is not started yet, or starts again. */
export const edgeHoldMs = 10_000;

/** As much as the address of a unix socket holds; Node cuts off the rest and makes another file. */
const maxPathBytes = 107;

/** A folder of its own for the socket of an edge. Throws when its path is too long. */
export function makeEdgeFolder(folder: string, name: string): EdgeFolder {
  const path = join(folder, name, 's');
  const bytes = Buffer.byteLength(path);
  if (bytes > maxPathBytes)
    throw new Error(
      `the socket path \`${path}\` has ${bytes} bytes, and ${maxPathBytes} are possible; use a folder with a shorter name`,
    );
  return { folder: makeFolder(folder, name), path };
}

/**
 * The host makes the sockets and the provider's agent only inherits the listening descriptor: nothing inside a sandbox can write
 * to the folder, so nobody can put a link to another socket of the host in its place. No TCP socket ever crosses from one
 * sandbox to another: whoever holds one can disconnect it and connect it again to any port of the namespace it was made in.
 */
export function createEdgeSocket(folder: string, name: string): EdgeSocket {
  const edge = makeEdgeFolder(folder, name);
  const bound = join(edge.folder, 'b');
  const listen: EdgeSocket['listen'] = () => {
    rmSync(bound, { force: true });
    const server = createServer();
    server.on('error', () => {});
    server.listen(bound);
    const fd = (server as unknown as { readonly _handle: { readonly fd: number } | null })._handle?.fd;
    if (fd === undefined || fd < 0) throw new Error(`cannot listen on ${edge.path}`);
    // Closing the server unlinks the name that it was bound to, and this one stays.
    renameSync(bound, edge.path);
    return { fd, close: () => void server.close() };
  };
  // A name that nobody listens at: not started yet, and not ended.
  listen().close();
  return { ...edge, listen, release: () => rmSync(edge.path, { force: true }) };
}
