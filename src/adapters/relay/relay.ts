/** What all relays are: something of the host that listens, with connections that end when it is closed. */
import { type ListenOptions, type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionBounds, enter } from '../sandbox/connections.ts';

export interface Relay {
  /** Ends every connection, and resolves when nothing listens any more. */
  readonly close: () => Promise<void>;
}

export interface Connections {
  /** A new one; undefined when there are too many, and it was closed. What is answered is to be told the ends that take its place. */
  readonly enter: (client: Socket) => ((ends: readonly Socket[]) => void) | undefined;
  /** What belongs to one that has entered. */
  readonly add: (...streams: readonly Duplex[]) => void;
  readonly destroy: () => void;
}

/** How often connections are looked at, in `idleMs`. */
const looks = 10;

/** A connection over which nothing has come or gone for `idleMs` is closed. */
export function trackConnections({ perEdge, idleMs }: Pick<ConnectionBounds, 'perEdge' | 'idleMs'>): Connections {
  const open = new Map<Duplex, { bytes: number; looks: number }>();
  const gauge = { open: 0, most: perEdge };
  const timer = setInterval(() => {
    for (const [stream, known] of open) {
      const bytes = bytesOf(stream);
      known.looks = bytes === known.bytes ? known.looks + 1 : 0;
      known.bytes = bytes;
      if (known.looks >= looks) stream.destroy();
    }
  }, idleMs / looks).unref();
  const add: Connections['add'] = (...streams) => {
    for (const stream of streams) {
      open.set(stream, { bytes: bytesOf(stream), looks: 0 });
      stream.once('close', () => open.delete(stream));
    }
  };
  return {
    enter: (client) => {
      client.on('error', () => client.destroy());
      const joined = enter([gauge], client);
      if (!joined) return undefined;
      add(client);
      return (ends) => {
        joined(ends);
        add(...ends);
      };
    },
    add,
    destroy: () => {
      clearInterval(timer);
      for (const stream of open.keys()) stream.destroy();
    },
  };
}

const bytesOf = (stream: Duplex): number => (stream instanceof Socket ? stream.bytesRead + stream.bytesWritten : 0);

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
