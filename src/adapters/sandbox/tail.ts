/** The last lines of a stream, ready to be shown on a terminal. */
import { printable } from '../../base/printable.ts';

export interface Tail {
  readonly add: (chunk: Buffer) => void;
  /** At most 20 lines and 4 KiB. */
  readonly text: () => string;
}

const maxBytes = 4096;
const maxLines = 20;

export function createTail(): Tail {
  let kept = Buffer.alloc(0);
  return {
    add: (chunk) => {
      const all = chunk.length >= maxBytes ? chunk : Buffer.concat([kept, chunk]);
      kept = Buffer.from(all.subarray(Math.max(0, all.length - maxBytes)));
    },
    text: () => {
      // A character that was cut in two at the start: skip its rest.
      let start = 0;
      while (kept.length === maxBytes && start < 3 && ((kept[start] ?? 0) & 0xc0) === 0x80) start++;
      return printable(kept.toString('utf8', start)).trimEnd().split('\n').slice(-maxLines).join('\n');
    },
  };
}
