/** The host's end of an edge: a unix socket in a folder of its own. */
import { linkSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { makeFolder } from './private-folder.ts';

export interface EdgeSocket {
  /** Bound read-only into the sandbox of the consumer, where the socket is `s`. */
  readonly folder: string;
  /** Where the host connects. */
  readonly path: string;
  /** Listening; inherited by the agent of the provider. */
  readonly fd: number;
  /** Closes the host's descriptor. The socket lives on for as long as an agent holds it. */
  readonly release: () => void;
}

/**
 * The host makes the socket and the provider's agent only inherits the listening descriptor: nothing inside a sandbox can
 * write to the folder, so nobody can put a link to another socket of the host in its place. Connections made before the agent
 * runs wait in the backlog. Throws when the system has no descriptor left.
 */
export function createEdgeSocket(folder: string, name: string): EdgeSocket {
  const own = makeFolder(folder, name);
  const bound = join(own, 'b');
  const path = join(own, 's');
  const server = createServer();
  server.on('error', () => {});
  server.listen(bound);
  const fd = (server as unknown as { readonly _handle: { readonly fd: number } | null })._handle?.fd;
  if (fd === undefined || fd < 0) throw new Error(`cannot listen on ${path}`);
  // Closing the server unlinks the name that it was bound to, and this one stays.
  linkSync(bound, path);
  server.unref();
  return {
    folder: own,
    path,
    fd,
    release: () => {
      server.close();
      rmSync(bound, { force: true });
    },
  };
}
