/** The head of the first request on a connection that carries HTTP, and of which nothing else is read. */

export interface FirstHead {
  readonly see: (chunk: Uint8Array) => void;
  readonly forget: () => void;
}

/** Calls `late` when no empty line has come in time. */
export function awaitHead(ms: number, late: () => void): FirstHead {
  let last = '';
  let isThere = false;
  const timer = setTimeout(late, ms);
  return {
    see: (chunk) => {
      if (isThere) return;
      const text = last + Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
      isThere = /\n\r?\n/.test(text);
      last = isThere ? '' : text.slice(-2);
      if (isThere) clearTimeout(timer);
    },
    forget: () => clearTimeout(timer),
  };
}
