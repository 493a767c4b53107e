/** What all relays are: something of the host that listens, with connections that end when it is closed. */
import { type ListenOptions, type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

export interface Relay {
  /** Ends every connection, and resolves when nothing listens any more. */
  readonly close: () => Promise<void>;
}

export interface Connections {
  readonly add: (...streams: readonly Duplex[]) => void;
  readonly destroy: () => void;
}

export function trackConnections(): Connections {
  const open = new Set<Duplex>();
  return {
    add: (...streams) => {
      for (const stream of streams) {
        open.add(stream);
        stream.once('close', () => open.delete(stream));
      }
    },
    destroy: () => {
      for (const stream of open) stream.destroy();
    },
  };
}

/** Rejects when the place is taken. */
export const listening = (server: Server, at: ListenOptions): Promise<void> =>
  new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(at, () => {
      server.off('error', fail);
      server.on('error', () => {});
      done();
    });
  });

export const closing = (server: Server, connections: Connections): Promise<void> =>
  new Promise((done) => {
    server.close(() => done());
    connections.destroy();
  });

/** Bytes both ways, half-closes kept; an error of one end ends both. */
export function pipeBoth(a: Duplex, b: Duplex): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    if (from instanceof Socket) from.setNoDelay(true);
    from.on('error', () => to.destroy());
    from.on('close', () => {
      if (!from.readableEnded) to.destroy();
    });
    from.pipe(to);
  }
}
