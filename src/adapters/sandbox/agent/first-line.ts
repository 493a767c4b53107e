/** Reading before there is a loop of events. This function runs as text in every agent (see agent.ts): it calls nothing else. */
import type * as Fs from 'node:fs';

/** Waits for it. Null where what is read from ends before; `rest` is what came with it and belongs to whoever reads on. */
export function firstLine(fs: typeof Fs, fd: number): { readonly line: string; readonly rest: Buffer } | null {
  let read = Buffer.alloc(0);
  const chunk = Buffer.alloc(65_536);
  for (;;) {
    let bytes = 0;
    try {
      bytes = fs.readSync(fd, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return null;
      // Whoever opened it does not wait for anything.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      continue;
    }
    if (bytes === 0) return null;
    const end = chunk.subarray(0, bytes).indexOf(10);
    const whole = Buffer.concat([read, chunk.subarray(0, bytes)]);
    if (end >= 0)
      return {
        line: whole.toString('utf8', 0, read.length + end),
        rest: whole.subarray(read.length + end + 1),
      };
    read = whole;
  }
}

/** What a script needs to call it. */
export const firstLineSource: readonly string[] = [String(firstLine)];
