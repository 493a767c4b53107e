/** `docker logs` tells what programs say, and on the same stream what went wrong with itself. */
import type { Hear } from '../../../ports/target.ts';

const own =
  /^(?:unexpected EOF|error during connect: .*|Cannot connect to the Docker daemon.*|Error response from daemon: .*|error from daemon in stream: .*)\s*$/;

export interface WithoutOwn {
  readonly hear: Hear;
  /** What might have been its own words were those of the program where it ended well. */
  readonly end: (code: number | null) => unknown;
}

export function withoutOwnWords(hear: Hear): WithoutOwn {
  let held: Buffer | undefined;
  const release = (): unknown => {
    const chunk = held;
    held = undefined;
    return chunk && hear('stderr', chunk);
  };
  return {
    hear: (stream, chunk) => {
      const before = release();
      if (stream === 'stderr' && own.test(chunk.toString())) {
        held = chunk;
        return before;
      }
      const told = hear(stream, chunk);
      return before instanceof Promise || told instanceof Promise ? Promise.all([before, told]) : undefined;
    },
    end: (code) => (code === 0 ? release() : undefined),
  };
}
