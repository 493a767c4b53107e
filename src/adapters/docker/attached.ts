/** What comes out of a container: both streams in one, each piece behind a head of eight bytes that names its stream and length. */
import type { Socket } from 'node:net';

export type Stream = 'stdout' | 'stderr';

/**
 * Whole pieces are handed on as they come. While a promise that `take` answered has not settled, nothing more is read. `over` is called
 * once, when nothing comes any more and everything was taken.
 */
export function readAttached(socket: Socket, take: (stream: Stream, chunk: Buffer) => unknown, over: () => void): void {
  let head: Buffer = Buffer.alloc(0);
  let left = 0;
  let stream: Stream = 'stdout';
  const waits = new Set<Promise<unknown>>();
  let isOver = false;
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    void Promise.allSettled(waits).then(over);
  };
  const give = (chunk: Buffer): void => {
    const taken = take(stream, chunk);
    if (!(taken instanceof Promise)) return;
    waits.add(taken);
    socket.pause();
    void taken
      .catch(() => {})
      .then(() => {
        waits.delete(taken);
        if (waits.size === 0) socket.resume();
      });
  };
  socket.on('data', (chunk: Buffer) => {
    let rest: Buffer = head.length > 0 ? Buffer.concat([head, chunk]) : chunk;
    head = Buffer.alloc(0);
    while (rest.length > 0) {
      if (left === 0) {
        if (rest.length < 8) {
          head = rest;
          return;
        }
        stream = rest[0] === 2 ? 'stderr' : 'stdout';
        left = rest.readUInt32BE(4);
        rest = rest.subarray(8);
        continue;
      }
      const piece = rest.subarray(0, left);
      left -= piece.length;
      rest = rest.subarray(piece.length);
      give(piece);
    }
  });
  socket.on('error', () => socket.destroy());
  socket.on('end', end);
  socket.on('close', end);
}
