/** Reading no faster than somebody takes what was read. */

/** What this needs of a stream of Node. */
interface Held {
  readonly on: (event: 'data', take: (chunk: Buffer) => void) => unknown;
  readonly pause: () => unknown;
  readonly resume: () => unknown;
}

export interface HeldBack {
  /** From now on everything is read at once: the writer has ended, and what is left is as much as its pipe holds. */
  readonly free: () => void;
}

/**
 * While a promise that `take` answered has not settled, nothing more is read, so that the writer waits as soon as its pipe is full. A
 * promise that rejects goes on, and rejects where nobody catches it.
 */
export function holdBack(stream: Held | null | undefined, take: (chunk: Buffer) => unknown): HeldBack {
  let isFree = false;
  stream?.on('data', (chunk) => {
    const taken = take(chunk);
    if (!(taken instanceof Promise)) return;
    if (!isFree) stream.pause();
    void taken.finally(() => stream.resume());
  });
  return {
    free: () => {
      isFree = true;
      stream?.resume();
    },
  };
}
