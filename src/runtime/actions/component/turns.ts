/** Who starts when many are to start: so many at once, the others in the order in which they came. */
import { availableParallelism } from 'node:os';

/** More than that are ready no sooner, and take the machine from those that could be. */
export const startsAtOnce = (): number => Math.max(4, 2 * availableParallelism());

export interface Turns {
  /** Resolves when it is one's turn, with what ends it. */
  readonly take: () => Promise<() => void>;
}

export function createTurns(limit: number): Turns {
  const waiting: (() => void)[] = [];
  let free = limit;
  const pass = (): void => {
    const next = waiting.shift();
    if (next) next();
    else free++;
  };
  const turn = (): (() => void) => {
    let isOver = false;
    return () => {
      if (!isOver) pass();
      isOver = true;
    };
  };
  return {
    take: async () => {
      if (free > 0) free--;
      else await new Promise<void>((go) => waiting.push(go));
      return turn();
    },
  };
}
