/**
 * One connection handed on to another place. These functions run in the host and, as text, in every agent (see agent.ts): they
 * may call each other and use nothing else of this file.
 */
import type * as Net from 'node:net';

type Handle = { readonly fd: number };

/**
 * Connects to `to` and carries bytes both ways, half-closes kept; an error of one end ends both. `client` is paused and untouched
 * until then, and still is when `failed` is called. `seen` is shown what comes from `client`.
 */
export function joinTo(
  net: typeof Net,
  client: Net.Socket,
  to: Net.NetConnectOpts,
  failed: (error: NodeJS.ErrnoException) => void,
  connected?: (ends: readonly Net.Socket[]) => void,
  seen?: (chunk: Uint8Array) => void,
): void {
  let near: Net.Socket | undefined;
  const far: Net.Socket = net.connect({
    ...to,
    allowHalfOpen: true,
    onread: joinReader(
      () => near,
      () => far,
    ),
  } as Net.NetConnectOpts);
  far.once('error', failed);
  far.once('connect', () => {
    far.off('error', failed);
    const owner = client as unknown as { _handle: Handle | null };
    const handle = owner._handle;
    if (client.destroyed || handle === null) {
      connected?.([]);
      far.destroy();
      return;
    }
    // A server cannot be told how its connections read; the same connection is wrapped again.
    owner._handle = null;
    client.destroy();
    const wrap = {
      handle,
      allowHalfOpen: true,
      pauseOnCreate: true,
      readable: true,
      writable: true,
      onread: joinReader(
        () => far,
        () => near,
        seen,
      ),
    };
    near = new net.Socket(wrap as unknown as Net.SocketConstructorOpts);
    joinEnds(near, far);
    joinEnds(far, near);
    connected?.([near, far]);
    near.resume();
    far.resume();
  });
}

function joinEnds(from: Net.Socket, to: Net.Socket): void {
  // No effect, and no harm, on a unix socket.
  from.setNoDelay(true);
  from.on('error', () => to.destroy());
  from.on('end', () => to.end());
  from.on('close', () => {
    if (!from.readableEnded) to.destroy();
  });
}

/**
 * Reads into one buffer and writes it before it reads again: a slow reader at the far end holds the sender back, and a connection
 * never takes more than that buffer. It grows while reads fill it, and shrinks when they are small again.
 */
function joinReader(
  to: () => Net.Socket | undefined,
  from: () => Net.Socket | undefined,
  seen?: (chunk: Uint8Array) => void,
): { readonly buffer: () => Buffer; readonly callback: (bytes: number, chunk: Uint8Array) => boolean } {
  const least = 4096;
  let buffer = Buffer.allocUnsafeSlow(least);
  let last = 0;
  let small = 0;
  return {
    buffer: () => {
      small = last <= least ? small + 1 : 0;
      if (last === buffer.length && last < 262_144) buffer = Buffer.allocUnsafeSlow(last * 8);
      else if (small > 16 && buffer.length > least) buffer = Buffer.allocUnsafeSlow(least);
      return buffer;
    },
    callback: (bytes, chunk) => {
      last = bytes;
      seen?.(chunk.subarray(0, bytes));
      const other = to();
      if (!other) return true;
      let waits = false;
      other.write(chunk.subarray(0, bytes), () => {
        if (waits) from()?.resume();
      });
      // Not all of it went out at once, and the rest is still read from this buffer.
      waits = other.writableLength > 0;
      return !waits;
    },
  };
}

/** What a script needs to call `joinTo`. */
export const joinSource: readonly string[] = [joinTo, joinEnds, joinReader].map(String);
